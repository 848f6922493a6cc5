import Testing
import ThermoclineCore
import ThermoclineHealth

@testable import Thermocline

@Suite struct ControlTableTests {
  private func parse(_ text: String) throws(JobFailure) -> [String: AlertControl] {
    try ControlTable.parse(Array(text.utf8), file: "c.ndjson")
  }

  @Test func aLineIsAnAlertsControl() throws {
    let rest = #""action":"acknowledge","reason":"r","author":"x","from":"2026-01-05"}"#
    let found = try parse(
      """
      {"account":"a","rule":"silence",\(rest)

      {"fingerprint":"0123456789abcdef",\(rest)
      """)
    #expect(found.count == 2)
    #expect(found[alertFingerprint(rule: "silence", account: "a")]?.author == "x")
    #expect(found["0123456789abcdef"]?.action == .acknowledge)
  }

  @Test func mistakesAreNamedWithTheirLine() {
    let line =
      #"{"account":"a","rule":"r","action":"acknowledge","reason":"r","author":"x","from":"2026-01-05"}"#
    let error = #expect(throws: JobFailure.self) { try parse(line + "\n" + line) }
    #expect(error?.message.contains("c.ndjson:2: duplicate_key: the alert ") == true, "\(error!)")
    #expect(throws: JobFailure.self) { try parse("{}") }
  }
}
