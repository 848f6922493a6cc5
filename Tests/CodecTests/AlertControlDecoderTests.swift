import Testing
import ThermoclineCore

@testable import ThermoclineCodec

@Suite struct AlertControlDecoderTests {
  private let snooze = AlertControl(
    .snooze, reason: "migrating, back in \"May\"", author: "ana",
    from: EventTime(year: 2026, month: 1, day: 5), expires: EventTime(year: 2026, month: 1, day: 9))

  @Test("a message is read back, with an end and without")
  func messages() throws {
    var control = snooze
    #expect(try AlertControlDecoder.decode(AlertControlEncoder.message(control)) == control)
    control.action = .acknowledge
    control.expires = nil
    #expect(try AlertControlDecoder.decode(AlertControlEncoder.message(control)) == control)
  }

  @Test("a line names its alert by fingerprint, or by account and rule")
  func lines() throws {
    let rest = #""action":"acknowledge","reason":"r","author":"x","from":"2026-01-05"}"#
    let first = try AlertControlDecoder.decode(
      line: Array((#"{"fingerprint":"B1946AC92492D234","# + rest).utf8))
    #expect(first.subject == .fingerprint("b1946ac92492d234") && first.control.expires == nil)
    let second = try AlertControlDecoder.decode(
      line: Array((#"{"account":"a","rule":"silence","# + rest).utf8))
    #expect(second.subject == .alert(account: "a", rule: "silence"))
  }

  @Test(arguments: [
    (#"{"reason":"r","author":"x","from":"2026-01-05"}"#, RefusalReason.wrongType),
    (#"{"action":"kill","reason":"r","author":"x","from":"2026-01-05"}"#, .wrongType),
    (#"{"action":"acknowledge","reason":"r","author":"x"}"#, .invalidTime),
    (#"{"action":"snooze","reason":"r","author":"x","from":"2026-01-05"}"#, .invalidTime),
    (
      #"{"action":"snooze","reason":"r","author":"x","from":"2026-01-05","expires":"2026-01-05"}"#,
      .valueOutOfRange
    ),
    (#"{"action":"acknowledge","author":"x","from":"2026-01-05"}"#, .wrongType),
    (#"{"action":"acknowledge","reason":"r","author":"","from":"2026-01-05"}"#, .wrongType),
    (#"{"action":"acknowledge","reason":"r","author":"x","from":"soon"}"#, .invalidTime),
    (#"{"action":"acknowledge","action":"snooze"}"#, .duplicateKey), ("[]", .notAnObject),
    ("", .emptyMessage), ("{", .notJSON),
  ])
  func refusals(text: String, reason: RefusalReason) {
    let fault = #expect(throws: ProfileFault.self) {
      try AlertControlDecoder.decode(Array(text.utf8))
    }
    #expect(fault?.reason == reason, "\(fault!)")
  }

  @Test(arguments: [
    #"{"action":"acknowledge","reason":"r","author":"x","from":"2026-01-05"}"#,
    #"{"account":"a","action":"acknowledge","reason":"r","author":"x","from":"2026-01-05"}"#,
    #"{"fingerprint":"12","action":"acknowledge","reason":"r","author":"x","from":"2026-01-05"}"#,
    #"{"fingerprint":"b1946ac92492d234","account":"a","rule":"r","action":"acknowledge"}"#,
  ])
  func aLineWithoutItsAlertIsRefused(text: String) {
    #expect(throws: ProfileFault.self) { try AlertControlDecoder.decode(line: Array(text.utf8)) }
  }

  @Test("an alert shows it and is read back")
  func alert() throws {
    var alert = HealthAlert(
      fingerprint: "0123456789abcdef", account: "a", rule: "silence", state: .firing,
      at: EventTime(year: 2026, month: 1, day: 6))
    alert.control = snooze
    var writer = JSONWriter()
    HealthAlertEncoder.encode(alert, into: &writer)
    let text = String(decoding: writer.bytes, as: UTF8.self)
    #expect(text.contains(#""control":{"action":"snooze","reason":"migrating, back in \"May\"","#))
    #expect(text.contains(#""expiresAt":"2026-01-09T00:00:00.000Z"}"#))
    #expect(try HealthAlertDecoder.decode(writer.bytes) == alert)
  }
}
