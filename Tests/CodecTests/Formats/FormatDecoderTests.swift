import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineCodec

@Suite struct FormatDecoderTests {
  private func decode(_ text: String, _ format: InputFormat) -> Decoded {
    FormatBench.decode(Array(text.utf8), format)
  }

  @Test(
    "what is left out, null, empty, of a wrong type or enormous",
    arguments: [
      (InputFormat.segment, "type", RefusalReason.missingType),
      (.segment, "event", .missingType),
      (.segment, "timestamp", .missingTime),
      (.cloudevents, "specversion", .unsupportedVersion),
      (.cloudevents, "id", .missingID),
      (.cloudevents, "source", .missingID),
      (.cloudevents, "type", .missingType),
      (.cloudevents, "time", .missingTime),
      (.posthog, "event", .missingType),
      (.posthog, "timestamp", .missingTime),
      (.amplitude, "event_type", .missingType),
      (.amplitude, "time", .missingTime),
      (.mapped, "type", .missingType),
      (.mapped, "created_at", .missingTime),
    ])
  func requiredFields(format: InputFormat, key: String, reason: RefusalReason) throws {
    let plain: [InputFormat: [(String, String)]] = [
      .segment: [
        ("type", #""track""#), ("event", #""E""#), ("userId", #""u""#),
        ("timestamp", #""2026-01-01T00:00:00Z""#),
      ],
      .cloudevents: [
        ("specversion", #""1.0""#), ("id", #""i""#), ("source", #""s""#), ("type", #""t""#),
        ("time", #""2026-01-01T00:00:00Z""#), ("subject", #""a""#),
      ],
      .posthog: [
        ("event", #""e""#), ("distinct_id", #""u""#), ("timestamp", #""2026-01-01T00:00:00Z""#),
      ],
      .amplitude: [("event_type", #""e""#), ("user_id", #""u""#), ("time", "1767225600123")],
      .mapped: [
        ("type", #""t""#), ("repo", #"{"name":"r"}"#), ("created_at", #""2026-01-01T00:00:00Z""#),
      ],
    ]
    let fields = try #require(plain[format])
    func message(_ value: String?) -> String {
      let members = fields.compactMap { name, usual -> String? in
        if name != key { return "\"\(name)\":\(usual)" }
        return value.map { "\"\(name)\":\($0)" }
      }
      return "{" + members.joined(separator: ",") + "}"
    }
    let usual = try #require(fields.first { $0.0 == key }).1
    #expect(decode(message(usual), format).events.count == 1)
    for value in [nil, "null", #""""#] {
      #expect(decode(message(value), format).reasons == [reason], "\(value ?? "left out")")
    }
    for value in ["{}", "[]", "true", "[[\(usual)]]", #"{"a":{}}"#] {
      let expected: RefusalReason = key == "specversion" ? .unsupportedVersion : .wrongType
      #expect(decode(message(value), format).reasons == [expected], "\(value)")
    }
    let enormous = "\"" + String(repeating: "x", count: 300_000) + "\""
    let reasons: Set<RefusalReason> = [.nameTooLong, .invalidTime, .unsupportedVersion]
    let decoded = decode(message(enormous), format)
    #expect(decoded.events.isEmpty && decoded.reasons.count == 1)
    #expect(decoded.reasons.allSatisfy(reasons.contains))
    #expect(decode(message(usual + ",\"\(key)\":" + usual), format).reasons == [.duplicateKey])
  }

  @Test func whoIsNeeded() {
    let text = #"{"type":"track","event":"E","timestamp":"2026-01-01T00:00:00Z"}"#
    #expect(decode(text, .segment).reasons == [.missingAccount])
    #expect(decode(#"{"event":"e","timestamp":1767225600}"#, .posthog).reasons == [.missingAccount])
    #expect(
      decode(#"{"event_type":"e","time":1767225600}"#, .amplitude).reasons == [.missingAccount])
  }

  /// (as written in JSON, milliseconds or the reason)
  static let times: [(String, Result<Int64, FixedReason>)] = [
    ("1767225600", .success(1_767_225_600_000)),
    ("1767225600.1239", .success(1_767_225_600_123)),
    ("1.7672256e9", .success(1_767_225_600_000)),
    ("1767225600123", .success(1_767_225_600_123)),
    ("1767225600123.9", .success(1_767_225_600_123)),
    ("1767225600123456", .success(1_767_225_600_123)),
    ("1767225600123456789", .success(1_767_225_600_123)),
    (#""1767225600123""#, .success(1_767_225_600_123)),
    (#""2026-01-01T00:00:00.123Z""#, .success(1_767_225_600_123)),
    (#""2026-01-01T05:30:00.123+05:30""#, .success(1_767_225_600_123)),
    (#""2025-12-31T16:00:00-0800""#, .success(1_767_225_600_000)),
    (#""2025-12-31t16:00:00-08""#, .success(1_767_225_600_000)),
    (#""2026-01-01 00:00:00.123456""#, .success(1_767_225_600_123)),
    (#""2026-01-01 00:00:00""#, .success(1_767_225_600_000)),
    (#""2026-01-01""#, .success(1_767_225_600_000)),
    (#""2016-12-31T23:59:60Z""#, .success(1_483_228_799_999)),
    (#""0000-01-01T00:00:00Z""#, .failure(.init(.timeOutOfRange))),
    (#""9999-12-31T23:59:59Z""#, .failure(.init(.timeInFuture))),
    ("0", .failure(.init(.timeOutOfRange))),
    ("-1767225600", .failure(.init(.timeOutOfRange))),
    ("1e300", .failure(.init(.invalidTime))),
    ("99999999999999999999", .failure(.init(.timeInFuture))),
    (#""NaN""#, .failure(.init(.invalidTime))),
    ("NaN", .failure(.init(.notJSON))),
    (#""2026-13-01T00:00:00Z""#, .failure(.init(.invalidTime))),
    (#""2026-02-30""#, .failure(.init(.invalidTime))),
    (#""2026-01-01T24:00:00Z""#, .failure(.init(.invalidTime))),
    (#""2026-01-01T00:00:00+24:00""#, .failure(.init(.invalidTime))),
    (#""2026-01-01T00:00""#, .failure(.init(.invalidTime))),
    (#""yesterday""#, .failure(.init(.invalidTime))),
    (#"" 2026-01-01""#, .failure(.init(.invalidTime))),
  ]

  /// A reason as an error.
  struct FixedReason: Error, Equatable {
    var reason: RefusalReason
    init(_ reason: RefusalReason) { self.reason = reason }
  }

  @Test(arguments: times.indices)
  func timesInEveryForm(_ place: Int) {
    let (written, expected) = Self.times[place]
    let messages: [(InputFormat, String)] = [
      (.segment, #"{"type":"page","userId":"u","timestamp":\#(written)}"#),
      (
        .cloudevents,
        #"{"specversion":"1.0","id":"i","source":"s","type":"t","subject":"a","time":\#(written)}"#
      ),
      (.posthog, #"{"event":"e","distinct_id":"u","timestamp":\#(written)}"#),
      (.amplitude, #"{"event_type":"e","user_id":"u","time":\#(written)}"#),
      (.mapped, #"{"type":"t","repo":{"name":"a"},"created_at":\#(written)}"#),
    ]
    for (format, text) in messages {
      let decoded = decode(text, format)
      switch expected {
      case .success(let time): #expect(decoded.events.map(\.time) == [time], "\(text)")
      case .failure(let fixed): #expect(decoded.reasons == [fixed.reason], "\(text)")
      }
    }
  }

  @Test(arguments: FormatSamples.all.indices)
  func oddMessages(sample: Int) throws {
    let (format, text) = FormatSamples.all[sample]
    let one = decode(text, format)
    #expect(one.events.count == 1)
    #expect(decode(text + text, format).reasons == [.notJSON])
    #expect(decode(text + " " + text, format).reasons == [.notJSON])
    #expect(decode(text + "\n" + text, format).events.count == 2)
    #expect(decode("[\(text),\(text)]", format).events.count == 2)
    #expect(decode("\u{FEFF}" + text, format).events.count == 1)
    #expect(decode(text + "\n", format).events.count == 1)
    #expect(decode(text + "\0", format).reasons == [.notJSON])
    #expect(decode("\0" + text, format).reasons == [.notJSON])
    #expect(decode("", format).reasons == [.emptyMessage])
    #expect(decode(" \n", format).reasons == [.emptyMessage])
    #expect(decode("[]", format) == Decoded())
    for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
      let depth = 100_000
      let deep =
        String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
      #expect(decode(deep, format).reasons == [.nestingTooDeep])
      let inside = text.dropLast() + ",\"z\":\(deep)}"
      #expect(decode(String(inside), format).reasons == [.nestingTooDeep])
    }
    var broken = Array(text.utf8)
    broken[broken.lastIndex(of: UInt8(ascii: "\""))! - 1] = 0xFF
    #expect(FormatBench.decode(broken, format).reasons == [.invalidUTF8])
    for records in [1, 2, 3] {
      let many = "[" + Array(repeating: text, count: 7).joined(separator: ",") + "]"
      let decoded = FormatBench.decode(Array(many.utf8), format, records: records)
      #expect(decoded.events == Array(repeating: one.events[0], count: 7))
    }
    if format != .mapped {
      #expect(decode(text, .auto) == one)
      #expect(decode("[\(text)]", .auto).events == one.events)
    }
  }

  @Test("a batch object gives its events, one that is full goes on in the next batch")
  func batchObjects() {
    let event = #"{"type":"page","userId":"u","timestamp":"2026-01-01T00:00:00Z"}"#
    let batch = #"{"sentAt":"x","batch":[\#(event), 7,\#(event),{"batch":[]}],"after":[]}"#
    let expected = decode(event, .segment).events[0]
    for text in [batch, "[\(batch),\(event),\(batch)]", "\(batch)\n\(event)\n\(batch)"] {
      let whole = decode(text, .segment)
      let isOne = text == batch
      #expect(whole.events == Array(repeating: expected, count: isOne ? 2 : 5))
      #expect(whole.reasons.count == (isOne ? 2 : 4))
      #expect(whole.details.first == "Event 2 of the message: It is not an object.")
      for records in 1...4 {
        let parts = FormatBench.decode(Array(text.utf8), .segment, records: records)
        #expect(parts.events == whole.events)
        #expect(
          Set(parts.details) == Set(whole.details) && parts.details.count == whole.details.count)
      }
    }
    #expect(decode(#"{"api_key":"k","batch":[]}"#, .auto) == Decoded())
    let amplitude =
      #"{"api_key":"k","events":[{"event_type":"e","user_id":"u","time":1767225600123}]}"#
    #expect(decode(amplitude, .auto).events.map(\.type) == ["e"])
  }

  @Test func gzipPayloads() throws {
    let (format, text) = FormatSamples.all[0]
    let packed = try gzipped(Array(text.utf8))
    for format in [format, .auto] {
      let decoded = FormatBench.decode(packed, format, headers: [("content-encoding", "gzip")])
      #expect(decoded.events.map(\.type) == ["Report Exported"])
      for end in 2..<packed.count {
        #expect(FormatBench.decode(Array(packed[..<end]), format).reasons == [.badCompression])
      }
    }
    let native = #"{"type":"t","account":"a","ts":1767225600123}"#
    let many = Array(repeating: native, count: 9).joined(separator: "\n")
    let packedMany = try gzipped(Array(many.utf8))
    #expect(FormatBench.decode(packedMany, .thermocline, records: 2).events.count == 9)
    var damaged = packed
    damaged[damaged.count - 6] ^= 0x55
    #expect(FormatBench.decode(damaged, .auto).reasons == [.badCompression])
    let bomb = try gzipped([UInt8](repeating: 0x20, count: 40_000_000))
    #expect(bomb.count < 100_000)
    #expect(FormatBench.decode(bomb, .auto).reasons == [.messageTooLarge])
    let twice = try gzipped(packed)
    #expect(FormatBench.decode(twice, .auto).reasons == [.invalidUTF8])
  }

  @Test func theUsualShapesTakeTheFastWay() {
    let isFast = FormatSamples.all.map { FormatBench.isFast(Array($0.1.utf8), $0.0) }
    // Not fast: JSON inside of text, an index into an array.
    #expect(isFast == [true, true, true, true, true, true, true, false, true, false, true])
  }

  @Test func pointersThatCannotBe() {
    func finding(_ sources: [EventField: String]) -> EventField? {
      FieldMapping(sources).finding(for: .mapped)?.field
    }
    let good: [EventField: String] = [.type: "/a~1b/~0", .time: "/t", .user: "/u/0/é"]
    #expect(FieldMapping(good).finding(for: .mapped) == nil)
    for bad in [
      "a", "", "/a~", "/a~2", "/" + String(repeating: "k", count: 200), "/1/2/3/4/5/6/7/8/9",
    ] {
      #expect(finding(good.merging([.type: bad]) { $1 }) == .type, "\(bad)")
    }
    #expect(finding([.time: "/t", .user: "/u"]) == .type)
    #expect(finding([.type: "/t", .user: "/u"]) == .time)
    #expect(finding([.type: "/t", .time: "/u"]) == .account)
    #expect(FieldMapping(good).finding(for: .auto) != nil)
    #expect(FieldMapping([.account: "/traits/company"]).finding(for: .segment) == nil)
  }

  @Test func pointersFollowObjectsAndArrays() {
    let mapping = FieldMapping([
      .type: "/a~1b/~0", .time: "/t/1/0", .user: "/u/0/é", .account: "/01", .value: "/t/2",
    ])
    let decoder = FormatDecoder(
      format: .mapped, latestAccepted: DecodingBench.latest, mapping: mapping)
    let text =
      #"{"a/b":{"\u007e":"go"},"t":[[5],[1767225600]," 7","7"],"u":{"0":{"\u00e9":8}},"01":"x"}"#
    #expect(FormatBench.decode(Array(text.utf8), decoder).reasons == [.wrongType])
    let right = text.replacing("\" 7\"", with: "\"7\"")
    let event = FormatBench.decode(Array(right.utf8), decoder).events.first
    #expect(event?.type == "go" && event?.user == "8" && event?.account == "x")
    #expect(event?.time == 1_767_225_600_000 && event?.valueMicros == 7_000_000)
  }

  @Test func aMappingGoesBeforeTheFormatsOwnPlaces() {
    let decoder = FormatDecoder(
      format: .segment, latestAccepted: DecodingBench.latest,
      mapping: FieldMapping([.account: "/traits/company"]))
    let head = #"{"type":"page","userId":"u","timestamp":1767225600,"context":{"groupId":"g"}"#
    #expect(
      FormatBench.decode(Array((head + #","traits":{"company":"c"}}"#).utf8), decoder).events
        .map(\.account) == ["c"])
    #expect(FormatBench.decode(Array((head + "}").utf8), decoder).events.map(\.account) == ["g"])
  }
}
