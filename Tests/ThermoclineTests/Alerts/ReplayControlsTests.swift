import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineHealth
import ThermoclineTestKit
import ThermoclineWindows

@testable import Thermocline

/// What people say of alerts, in a replay.
@Suite struct ReplayControlsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// `a` is there every day for ten weeks and then silent; `b` carries the clock on to day 105.
  private func archive() throws -> String {
    var lines: [String] = []
    for number in 0..<105 as Range<Int64> {
      let noon = monday.milliseconds + number * day + 12 * hour
      if number < 70 || number > 100 { lines.append(TestEvent(account: "a", time: noon).line) }
      lines.append(TestEvent(account: "b", time: noon + 1).line)
    }
    return try folder.file("events.ndjson", lines: lines)
  }

  /// The silence alerts of `a`, and all bytes.
  private func alerts(_ controls: [String: AlertControl], in name: String) throws -> (
    [HealthAlert], String
  ) {
    var job = ReplayJob(
      inputs: [try archive()], output: folder.path + "/" + name,
      settings: WindowSettings(outOfOrderness: .minutes(1), allowedLateness: .hours(1)))
    job.controls = controls
    _ = try job.run { _, _, _ in }
    let alerts = try folder.lines(name + "/alerts.ndjson").map {
      try HealthAlertDecoder.decode(Array($0.utf8))
    }
    return (
      alerts.filter { $0.account == "a" && $0.rule == "silence" },
      try folder.text(name + "/alerts.ndjson")
    )
  }

  private func at(_ number: Int64) -> EventTime {
    EventTime(milliseconds: monday.milliseconds + number * day)
  }

  @Test("an acknowledgement is shown from the next midnight on, and a replay says the same again")
  func acknowledged() throws {
    let (plain, _) = try alerts([:], in: "plain")
    #expect(plain.map(\.state) == [.firing, .recovering, .resolved])
    let fired = try #require(plain.first)
    let fingerprint = alertFingerprint(rule: "silence", account: "a")
    #expect(fired.fingerprint == fingerprint && plain.allSatisfy { $0.control == nil })
    let control = AlertControl(
      .acknowledge, reason: "on holiday", author: "ana", from: fired.at + .hours(8), expires: nil)
    let (known, bytes) = try alerts([fingerprint: control], in: "known")
    #expect(known.map(\.state) == [.firing, .firing, .recovering, .resolved])
    #expect(known.map { $0.control != nil } == [false, true, true, true])
    #expect(known[1].at == fired.at + .days(1) && known[1].startsAt == fired.at)
    #expect(known[1].control == control)
    #expect(try alerts([fingerprint: control], in: "again").1 == bytes)
  }

  @Test("a snoozed alert is published when the snooze is over, as it stands")
  func snoozed() throws {
    let fired = try #require(try alerts([:], in: "plain").0.first)
    let fingerprint = fired.fingerprint
    var control = AlertControl(
      .snooze, reason: "migrating", author: "ana", from: fired.at - .days(5),
      expires: fired.at + .days(3))
    let (late, _) = try alerts([fingerprint: control], in: "late")
    #expect(late.map(\.state) == [.firing, .recovering, .resolved])
    #expect(late.first?.at == fired.at + .days(3) && late.first?.startsAt == fired.at)
    control.expires = at(200)
    #expect(try alerts([fingerprint: control], in: "never").0.isEmpty)
  }

  @Test("what stands is listed from the file, most severe first, with what people say of it")
  func list() throws {
    let fired = try #require(try alerts([:], in: "plain").0.first)
    func line(
      _ account: String, _ severity: Severity, _ state: AlertState, _ control: AlertControl?
    )
      -> String
    {
      var alert = fired
      alert.account = account
      alert.fingerprint = alertFingerprint(rule: "silence", account: account)
      alert.severity = severity
      alert.state = state
      alert.control = control
      var writer = JSONWriter()
      HealthAlertEncoder.encode(alert, into: &writer)
      return String(decoding: writer.bytes, as: UTF8.self)
    }
    let control = AlertControl(
      .acknowledge, reason: "on holiday", author: "ana", from: at(1), expires: at(300))
    let file = try folder.file(
      "list.ndjson",
      lines: [
        line("a", .warning, .firing, nil), line("b", .critical, .firing, nil),
        line("c", .error, .firing, nil), line("c", .error, .resolved, nil), "{}",
        line("b", .critical, .firing, control),
      ])
    let list = try AlertList(file: file)
    #expect(list.alerts.map(\.account) == ["b", "a"] && list.unreadable == 1)
    #expect(list.text.contains("acknowledged by ana: on holiday, until 2025-11-02"))
    #expect(list.text.contains("1 messages are no alerts"))
    #expect(list.json.hasPrefix(#"{"alerts":[{"fingerprint":"#))
    #expect(try AlertList(file: file, account: "a").alerts.map(\.account) == ["a"])
    let empty = try AlertList(file: try folder.file("empty.ndjson", lines: []))
    #expect(empty.text == "no alert")
  }
}
