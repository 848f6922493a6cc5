import Foundation
import Testing
import ThermoclineKafka
import ThermoclineTestKit

@testable import Thermocline

/// What the commands say and how they end, as a person starts them.
@Suite(
  .timeLimit(.minutes(4)),
  .enabled(if: Executable.path != nil, "the executable is not built: skipped"))
struct DashboardCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func broker() throws -> EmbeddedBroker {
    try EmbeddedBroker(
      topics: ["health-scores", "health-score-changes", "health-alerts", "health-rollups"].map {
        (name: $0, partitions: 1)
      })
  }

  @Test(arguments: [
    (["--listen", "nowhere"], 64, "--listen"),
    (["--token", "short"], 64, "--token"),
    (["--token", "0123456789abcdef", "--token-file", "x"], 64, "--token-file"),
    (["--token-file", "/nowhere/token"], 78, "--token-file: /nowhere/token"),
    (["--job-token-file", "/nowhere/token"], 78, "--job-token-file: /nowhere/token"),
    (["--listen", "0.0.0.0:0"], 78, "token"),
    (["--job", "nowhere"], 64, "--job"),
    (["--database", "/nowhere/history.sqlite"], 73, "/nowhere/history.sqlite"),
    (["--database", ""], 64, "--database"),
    (["--brokers", "127.0.0.1:1"], 69, "127.0.0.1:1"),
  ])
  func whatIsWrongIsNamed(more: [String], status: Int32, place: String) throws {
    let brokers = more.contains("--brokers") ? [] : ["--brokers", "127.0.0.1:1"]
    let ended = try Executable.run(["dashboard", "--listen", "127.0.0.1:0"] + brokers + more)
    #expect(ended.status == status, "\(ended.standardError)")
    #expect(ended.standardError.contains(place), "\(ended.standardError)")
    #expect(!ended.standardError.contains("0123456789abcdef"))
  }

  @Test func itSaysWhereItIsAndEndsWithZero() throws {
    let broker = try broker()
    let database = folder.path + "/history.sqlite"
    let started = try Executable.start([
      "dashboard", "--brokers", broker.bootstrapServers, "--listen", "127.0.0.1:0",
      "--database", database, "--job", "none",
    ])
    let line = try #require(started.readLine())
    #expect(line.wholeMatch(of: /http:\/\/127\.0\.0\.1:[0-9]+\//) != nil)
    started.signal(SIGTERM)
    let ended = started.wait()
    #expect(ended.status == 0 && ended.standardError.contains("stopped"))
    #expect(FileManager.default.fileExists(atPath: database))
  }

  @Test func theDemoStaysUntilItIsToldToEnd() throws {
    let started = try Executable.start([
      "demo", "--serve", "--listen", "127.0.0.1:0", "--accounts", "30", "--days", "84",
      "--partitions", "1", "--json",
    ])
    let summary = try #require(started.readLine())
    #expect(summary.hasPrefix("{\"messages\":"))
    #expect(started.isRunning)
    started.signal(SIGTERM)
    let ended = started.wait()
    #expect(ended.status == 0, "\(ended.standardError)")
    #expect(ended.standardError.contains("the dashboard is at http://127.0.0.1:"))
  }

  @Test func theBenchmarkIsAnsweredInFull() throws {
    let ended = try Executable.run([
      "bench", "dashboard", "--accounts", "300", "--rate", "40", "--seconds", "1", "--json",
    ])
    let result = try #require(
      try JSONSerialization.jsonObject(with: Data(ended.standardOutput.utf8)) as? [String: Any])
    #expect(result["accounts"] as? Int == 300 && result["failed"] as? Int == 0)
    let requests = try #require(result["apiRequests"] as? [[String: Any]])
    #expect(requests.first?["requests"] as? Int == 40)
  }
}
