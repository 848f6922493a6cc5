import Foundation
import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineKafka

/// A Python that has the client of the examples; nil where there is none.
private let python = Executable.python(with: "confluent_kafka")

/// The programs in deploy/examples, run against an embedded broker.
@Suite(
  .timeLimit(.minutes(5)),
  .enabled(
    if: python != nil, "no python3 with confluent-kafka, `make examples` installs it: skipped"))
struct ExampleConsumersTests {
  private static let at = EventTime(year: 2026, month: 1, day: 5)

  private func run(_ name: String, on broker: EmbeddedBroker) throws -> [String] {
    let script = packageRoot.appending(path: "deploy/examples/\(name)").path
    let ended = try Executable.Started(
      python!, [script, "--brokers", broker.bootstrapServers, "--until-end"], nil, [:]
    ).wait()
    #expect(ended.status == 0, "\(ended.standardError)")
    return ended.standardOutput.split(separator: "\n").map(String.init)
  }

  private func json(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private func score(_ account: String, _ day: Int64, _ band: String?, isFinal: Bool = true)
    -> String
  {
    var score = HealthScore(
      account: account, at: Self.at + .days(day), isFinal: isFinal, policy: "default@1")
    score.band = band
    score.score = band.map { _ in Points(41.5) }
    score.summary = "as it is"
    return json { HealthScoreEncoder.encode(score, into: &$0) }
  }

  @Test func scoresAreATable() throws {
    let broker = try EmbeddedBroker(topics: [("health-scores", 2)])
    try write(
      [
        ("a", score("a", 0, "green")), ("c", score("c", 0, "green")),
        ("a", score("a", 1, "yellow", isFinal: false)), ("a", score("a", 1, "red")),
        ("a", score("a", 1, "red")), ("c", nil),
      ], to: "health-scores", of: broker)
    try write([("b", score("b", 0, nil))], to: "health-scores", partition: 1, of: broker)
    let lines = try run("scores.py", on: broker)
    #expect(
      lines.dropLast() == ["a is red at 41.5, was yellow: as it is", "c is forgotten"])
    #expect(lines.last == "2 accounts: none 1, red 1")
  }

  private func alert(
    _ account: String, _ rule: String, _ state: AlertState, _ day: Int64
  ) -> (key: String?, value: String?) {
    var alert = HealthAlert(
      fingerprint: account + rule, account: account, rule: rule, state: state,
      at: Self.at + .days(day))
    alert.severity = state == .resolved ? .info : .error
    alert.summary = "as it is"
    return (account, json { HealthAlertEncoder.encode(alert, into: &$0) })
  }

  @Test func alertsAreTickets() throws {
    let broker = try EmbeddedBroker(topics: [("health-alerts", 1)])
    let begin = [
      alert("a", "silence", .pending, 0), alert("a", "silence", .firing, 1),
      alert("", "tracking_outage", .firing, 1),
    ]
    // A failure without transactions: some come again.
    let end = [
      alert("a", "silence", .recovering, 4), alert("a", "silence", .resolved, 6),
      alert("b", "silence", .pending, 6), alert("b", "silence", .resolved, 7),
    ]
    try write(begin + begin.suffix(2) + end + end.prefix(2), to: "health-alerts", of: broker)
    #expect(
      try run("alerts.py", on: broker) == [
        "opened asilence error a silence: as it is",
        "opened tracking_outage error everybody tracking_outage: as it is",
        "changed asilence error a silence: as it is", "closed asilence a silence",
        "1 tickets open",
      ])
    // What was worked on is committed: a second run has nothing to do.
    #expect(try run("alerts.py", on: broker) == ["0 tickets open"])
  }
}
