import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineCodec

@Suite struct HealthCodingTests {
  private static var score: HealthScore {
    var score = HealthScore(
      account: "acct-\"é\"", at: EventTime(milliseconds: 1_767_268_800_000), isFinal: true,
      policy: "default@3")
    score.score = Points(tenThousandths: 614_000)
    score.band = "yellow"
    score.trend = -4.2
    score.change = Points(tenThousandths: -31_001)
    score.coverage = 0.9
    score.confidence = 0.75
    score.weekChange = Points(-9)
    score.variant = "tier=enterprise"
    score.override = ScoreOverride(
      score: Points(12.5), band: "red", reason: "left \"us\"", author: "ana",
      expires: EventTime(year: 2026, month: 2, day: 1))
    score.quadrant = .redCarpet
    score.commitment = Points(tenThousandths: 380_000)
    score.dimensions = [
      NamedPoints(name: "outcome", points: Points(tenThousandths: 580_000)),
      NamedPoints(name: "experience", points: nil),
    ]
    score.measures = [
      MeasureReading(
        name: "bot_calls_7d", dimension: "outcome", value: 412, expected: 655.25,
        subscore: Points(tenThousandths: 410_000), weight: 0.2,
        contribution: Points(tenThousandths: 82_000), change: Points(tenThousandths: -31_000)),
      MeasureReading(
        name: "nps", dimension: "experience", value: nil, expected: nil, subscore: nil, weight: 0,
        contribution: .zero, change: .zero),
    ]
    score.tier = "mid"
    score.stage = "active"
    score.revenue = 1_800.5
    score.summary = "Line one\nline two"
    return score
  }

  private static var alert: HealthAlert {
    var alert = HealthAlert(
      fingerprint: "b1946ac92492d234", account: "acct-004217", rule: "drop:bot_calls_7d",
      state: .firing, at: EventTime(milliseconds: 1_767_268_800_000))
    alert.severity = .error
    alert.startsAt = EventTime(milliseconds: 1_767_182_400_000)
    alert.policy = "default@3"
    alert.value = 412
    alert.expected = 655
    alert.drop = 0.371
    alert.confidence = 0.9993
    alert.window = .days(7)
    alert.cause = AlertCause(
      verdict: "business_shrank",
      parts: [
        AlertCause.Part(name: "audience", events: -210.4),
        AlertCause.Part(name: "sessions_per_user", events: -28.1),
        AlertCause.Part(name: "calls_per_session", events: -4.5),
      ])
    alert.user = "u-\"7\""
    alert.tier = "mid"
    alert.stage = "active"
    alert.revenue = 1_800
    alert.summary = "Bot calls fell 37 %."
    return alert
  }

  private func encoded(_ encode: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter()
    encode(&writer)
    return writer.bytes
  }

  private func object(_ bytes: [UInt8]) throws -> [String: FoundationJSON] {
    guard case .object(let members) = try #require(FoundationJSON.read(bytes)) else { return [:] }
    return members
  }

  @Test func foundationReadsAScore() throws {
    let members = try object(encoded { HealthScoreEncoder.encode(Self.score, into: &$0) })
    #expect(
      Set(members.keys) == [
        "account", "at", "final", "policy", "variant", "score", "band", "trend", "change",
        "weekChange", "coverage", "confidence", "override",
        "quadrant", "axes", "dimensions", "measures", "absent", "tier", "stage", "revenue",
        "summary",
      ])
    #expect(members["account"] == .string("acct-\"é\""))
    #expect(members["at"] == .string("2026-01-01T12:00:00.000Z"))
    #expect(members["final"] == .bool(true))
    #expect(members["score"] == .number(Decimal(string: "61.4")!))
    #expect(members["change"] == .number(Decimal(string: "-3.1001")!))
    #expect(members["quadrant"] == .string("red_carpet"))
    #expect(members["axes"] == .object(["commitment": .number(38), "temperature": .null]))
    #expect(members["dimensions"] == .object(["outcome": .number(58), "experience": .null]))
    guard case .array(let measures) = members["measures"] else { throw TestFailure() }
    #expect(
      measures.first
        == .object([
          "name": .string("bot_calls_7d"), "dimension": .string("outcome"), "value": .number(412),
          "expected": .number(Decimal(string: "655.25")!), "subscore": .number(41),
          "weight": .number(Decimal(string: "0.2")!),
          "contribution": .number(Decimal(string: "8.2")!),
          "change": .number(Decimal(string: "-3.1")!),
        ]))
  }

  @Test func foundationReadsAnAlert() throws {
    let members = try object(encoded { HealthAlertEncoder.encode(Self.alert, into: &$0) })
    #expect(
      Set(members.keys) == [
        "fingerprint", "account", "rule", "state", "severity", "at", "startsAt", "endsAt", "policy",
        "value", "expected", "drop", "confidence", "window", "cause", "user", "tier", "stage",
        "revenue", "summary",
      ])
    #expect(
      members["cause"]
        == .object([
          "verdict": .string("business_shrank"),
          "parts": .object([
            "audience": .number(Decimal(string: "-210.4")!),
            "sessions_per_user": .number(Decimal(string: "-28.1")!),
            "calls_per_session": .number(Decimal(string: "-4.5")!),
          ]),
        ]))
    #expect(members["state"] == .string("firing"))
    #expect(members["severity"] == .string("error"))
    #expect(members["endsAt"] == .null)
    #expect(members["window"] == .string("7d"))
    #expect(members["drop"] == .number(Decimal(string: "0.371")!))
  }

  @Test func aScoreComesBackAsItWas() throws {
    let empty = HealthScore(
      account: "a", at: EventTime(milliseconds: 0), isFinal: false, policy: "")
    for score in [Self.score, empty] {
      let bytes = encoded { HealthScoreEncoder.encode(score, into: &$0) }
      // Of a measure without data only the name is written, unless its going changed the score.
      var expected = score
      for i in expected.measures.indices where expected.measures[i].value == nil {
        expected.measures[i].dimension = ""
      }
      #expect(try HealthScoreDecoder.decode(bytes) == expected)
    }
  }

  @Test func aMeasureWhoseGoingChangedTheScoreIsWrittenWhole() throws {
    var score = Self.score
    score.measures[1].change = Points(tenThousandths: -70_000)
    let bytes = encoded { HealthScoreEncoder.encode(score, into: &$0) }
    #expect(try HealthScoreDecoder.decode(bytes) == score)
    #expect(try object(bytes)["absent"] == .array([]))
  }

  @Test func anAlertComesBackAsItWas() throws {
    var resolved = Self.alert
    resolved.state = .resolved
    resolved.endsAt = resolved.at
    resolved.window = nil
    resolved.value = nil
    for alert in [Self.alert, resolved] {
      let bytes = encoded { HealthAlertEncoder.encode(alert, into: &$0) }
      #expect(try HealthAlertDecoder.decode(bytes) == alert)
    }
  }

  @Test func unknownFieldsAreIgnoredAndWrongOnesNamed() throws {
    let good = #"{"account":"a","at":"2026-01-01T12:00:00.000Z","new":{"x":[1]}}"#
    #expect(try HealthScoreDecoder.decode(Array(good.utf8)).account == "a")
    let wrong = #"{"account":"a","at":"2026-01-01T12:00:00.000Z","score":"61"}"#
    #expect(throws: OutputDecodingError.badField("score")) {
      try HealthScoreDecoder.decode(Array(wrong.utf8))
    }
    #expect(throws: OutputDecodingError.badField("account")) {
      try HealthScoreDecoder.decode(Array("{}".utf8))
    }
    #expect(throws: OutputDecodingError.badField("state")) {
      try HealthAlertDecoder.decode(
        Array(#"{"fingerprint":"f","account":"a","rule":"r","state":"odd"}"#.utf8))
    }
    #expect(throws: OutputDecodingError.notAnObject) {
      try HealthAlertDecoder.decode(Array("[]".utf8))
    }
    #expect(throws: OutputDecodingError.notJSON(offset: 1, detail: "the text ends inside a string"))
    {
      try HealthAlertDecoder.decode(Array("\"".utf8))
    }
  }

  @Test func deadLettersKeepTheMessage() throws {
    let messages: [[UInt8]] = [
      Array("{\"a\":\n".utf8), [0x7B, 0xFF, 0x22], [], [0xFF, 0xFE], [0xC0],
    ]
    for message in messages {
      let line = encoded {
        DeadLetterEncoder.encode(
          reason: .notJSON, detail: "At byte 6.", source: "events/3", position: 17,
          message: message.span, into: &$0)
      }
      #expect(line.last == 0x0A && line.filter { $0 == 0x0A }.count == 1)
      let members = try object(line)
      #expect(members["reason"] == .string("not_json"))
      #expect(members["detail"] == .string("At byte 6."))
      #expect(members["source"] == .string("events/3"))
      #expect(members["position"] == .number(17))
      #expect(members["message"] == .string(String(decoding: message, as: UTF8.self)))
      let isText = String(validating: message, as: UTF8.self) != nil
      let base64 = FoundationJSON.string(Data(message).base64EncodedString())
      #expect(members["messageBase64"] == (isText ? nil : base64))
    }
  }

  @Test func windowRowsNameTheirQuantities() throws {
    let encoder = WindowRowEncoder(columns: [
      .init(name: "events_7d", places: 0), .init(name: "payments \"28d\"", places: 6),
    ])
    let line = encoded {
      encoder.encode(
        account: "a", end: EventTime(milliseconds: 1_767_268_800_000), values: [12, -1_250_000],
        into: &$0)
    }
    #expect(
      try object(line) == [
        "account": .string("a"), "end": .string("2026-01-01T12:00:00.000Z"),
        "events_7d": .number(12), "payments \"28d\"": .number(Decimal(string: "-1.25")!),
      ])
  }
}

/// A test that cannot go on.
struct TestFailure: Error {}
