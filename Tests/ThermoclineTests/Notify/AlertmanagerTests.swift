import Foundation
import Testing
import ThermoclineCore
import ThermoclineKafka
import ThermoclineNotify
import ThermoclineServer
import ThermoclineTestKit

@testable import Thermocline

/// Against the real thing.
@Suite(
  .timeLimit(.minutes(3)),
  .enabled(
    if: Executable.find("prometheus-alertmanager") != nil,
    "prometheus-alertmanager (a Debian package) is not installed: skipped"))
struct AlertmanagerTests: NotifyTesting {
  let broker: EmbeddedBroker

  init() throws {
    broker = try EmbeddedBroker(topics: [("health-alerts", 2), ("health-dead-letters", 1)])
  }

  /// An Alertmanager that keeps nothing after the test.
  private final class Server {
    private let program: ListeningProgram
    var address: ListenAddress { program.address }

    init() throws {
      let path = try #require(Executable.find("prometheus-alertmanager"))
      program = try ListeningProgram(path) { folder in
        let configuration = try folder.file(
          "config.yaml", lines: ["route: {receiver: none}", "receivers: [{name: none}]"])
        return [
          "--config.file=\(configuration)", "--storage.path=\(folder.path)/data",
          "--web.listen-address=127.0.0.1:0", "--cluster.listen-address=",
        ]
      }
    }

    struct Alert: Equatable {
      var labels: [String: String]
      var summary: String
      var startsAt: String
      var endsAt: String
    }

    /// What stands there.
    func alerts(filter: String = "") async throws -> [Alert] {
      let reply = try await StatusClient(address, token: nil).get(
        "/api/v2/alerts?active=true" + filter)
      #expect(reply.status == 200)
      let list = try #require(
        try JSONSerialization.jsonObject(with: Data(reply.body)) as? [[String: Any]])
      return list.map { alert in
        Alert(
          labels: alert["labels"] as? [String: String] ?? [:],
          summary: (alert["annotations"] as? [String: String])?["summary"] ?? "",
          startsAt: alert["startsAt"] as? String ?? "", endsAt: alert["endsAt"] as? String ?? "")
      }.sorted { $0.labels["account"]! < $1.labels["account"]! }
    }

    /// Whether an account's alert stands. (A longer answer than of one alert would come in chunks.)
    func stands(_ number: Int) async throws -> Bool {
      try await alerts(filter: "&filter=account%3D%22acct-\(number)%22").count == 1
    }

    /// Asks until it is so.
    func wait(_ isSo: ([Alert]) -> Bool) async throws {
      while !isSo(try await alerts()) { pauseBriefly() }
    }
  }

  @Test(
    "an alert begins, is told again, changes its severity and ends there; hostile names are taken")
  func life() async throws {
    let server = try Server()
    var sink = NotifyConfiguration.Sink("alertmanager", .alertmanager)
    sink.url = .plain("http://\(server.address)")
    sink.gather = TimeSpan(milliseconds: 50)
    // Told again every two seconds.
    sink.resolveTimeout = .seconds(6)
    sink.labels = ["team": "success"]
    let running = try start(configuration([sink]))
    var odd = alert(2)
    odd.account = "<!channel>\u{202E}\n\u{0} " + String(repeating: "é", count: 5_000)
    odd.tier = "\u{1B}[2J"
    try publish([alert(1), odd])
    try await server.wait { $0.count == 2 }
    let first = try #require(try await server.alerts().last)
    #expect(
      first.labels == [
        "alertname": "silence", "account": "acct-1", "severity": "error", "source": "thermocline",
        "fingerprint": "0000000000000001", "team": "success",
      ])
    #expect(first.summary == "No events for days." && first.startsAt == "2026-01-05T00:00:00.000Z")
    // It is told again: its end moves on.
    try await server.wait { $0.last.map { $0.endsAt > first.endsAt } == true }

    var worse = alert(1, days: 1)
    worse.severity = .critical
    try publish([worse])
    try await server.wait { $0.last?.labels["severity"] == "critical" && $0.count == 2 }

    try publish([alert(1, .resolved, days: 2)])
    try await server.wait { $0.count == 1 }
    #expect(running.stop() == nil)
    // Nobody tells of the other one any more.
    try await server.wait(\.isEmpty)
    #expect(running.sink("alertmanager").counts.refused == 0)
  }

  @Test("it takes a storm of 3,000 alerts and all of their ends")
  func storm() async throws {
    let server = try Server()
    var sink = NotifyConfiguration.Sink("alertmanager", .alertmanager)
    sink.url = .plain("http://\(server.address)")
    let samples = [0, 499, 500, 1_234, 2_000, 2_999]
    let running = try start(configuration([sink]))
    for begin in stride(from: 0, to: 3_000, by: 500) {
      try publish((begin..<begin + 500).map { alert($0) })
    }
    for number in samples { while try await !server.stands(number) { pauseBriefly() } }
    for begin in stride(from: 0, to: 3_000, by: 500) {
      try publish((begin..<begin + 500).map { alert($0, .resolved, days: 1) })
    }
    for number in samples { while try await server.stands(number) { pauseBriefly() } }
    running.wait { running.sink("alertmanager").counts.batched == 6_000 }
    #expect(running.stop() == nil)
    #expect(running.sink("alertmanager").counts.refused == 0)
  }
}
