import Foundation
import Testing
import ThermoclineKafka
import ThermoclineTestKit

@testable import Thermocline

/// The commands over TLS, each as another process.
@Suite(
  .timeLimit(.minutes(4)),
  .enabled(
    if: Executable.path != nil && TestAuthority.isInstalled,
    "the executable is not built, or openssl not installed: skipped"))
struct ServingOverTLSTests {
  private let folder: TemporaryFolder
  private let authority: TestAuthority

  init() throws {
    folder = try TemporaryFolder()
    authority = try TestAuthority("authority", in: folder)
  }

  private func address(_ line: String?) throws -> String {
    let match = try #require(line).firstMatch(of: /https:\/\/127\.0\.0\.1:[0-9]+/)
    return String(try #require(match).output)
  }

  /// Reads standard error until a line has the text.
  private func line(_ text: String, of process: Executable.Started) -> String? {
    while let line = process.readErrorLine() {
      if line.contains(text) { return line }
    }
    return nil
  }

  private func top(_ address: String, _ authority: TestAuthority) throws -> Executable.Ended {
    try Executable.run([
      "top", "--once", "--address", address, "--ca-file", authority.certificate,
    ])
  }

  @Test("a job's certificate is replaced by SIGHUP; top and the dashboard talk to it over TLS")
  func job() async throws {
    let topics = [
      "product-events", "health-scores", "health-score-changes", "health-alerts", "health-rollups",
      "health-dead-letters",
    ]
    let broker = try EmbeddedBroker(topics: topics.map { ($0, 1) })
    let pair = try authority.sign("job")
    let job = try Executable.start(
      ["run", "--brokers", broker.bootstrapServers, "--listen", "127.0.0.1:0"],
      environment: [
        "THERMOCLINE_SERVER_TLS_CERTIFICATE_FILE": pair.certificate,
        "THERMOCLINE_SERVER_TLS_KEY_FILE": pair.key,
        "THERMOCLINE_PROCESSING_GUARANTEE": "at_least_once",
      ])
    let address = try address(line("serving", of: job))
    let shown = try top(address, authority)
    #expect(shown.status == 0 && shown.standardOutput.contains("thermocline"), "\(shown)")
    let next = try TestAuthority("next", in: folder)
    let refused = try top(address, next)
    #expect(refused.status == 69 && refused.standardError.contains("is not trusted"))
    let plain = try Executable.run([
      "top", "--once", "--address", String(address.dropFirst("https://".count)),
    ])
    #expect(plain.status == 69 && plain.standardError.contains("https://"))

    let renewed = try next.sign("renewed")
    try folder.move(renewed.key, onto: pair.key)
    try folder.move(renewed.certificate, onto: pair.certificate)
    job.signal(SIGHUP)
    #expect(line("a new certificate is served", of: job) != nil)
    #expect(try top(address, next).status == 0)
    #expect(try top(address, authority).status == 69)

    let own = try authority.sign("dashboard")
    let dashboard = try Executable.start([
      "dashboard", "--brokers", broker.bootstrapServers, "--listen", "127.0.0.1:0",
      "--job", address, "--job-ca-file", next.certificate,
      "--tls-certificate-file", own.certificate, "--tls-key-file", own.key,
    ])
    let page = try self.address(dashboard.readLine())
    let port = try #require(page.split(separator: ":").last.flatMap { Int($0) })
    let reply = try await TestClient.request(port, "GET /job", over: authority.client())
    #expect(reply.status == 200 && reply.body.contains("Partitions"), "\(reply.body)")
    for process in [dashboard, job] {
      process.signal(SIGTERM)
      #expect(process.wait().status == 0)
    }
  }
}
