import Testing
import ThermoclineCore

@testable import ThermoclineCodec

@Suite struct NativeDecoderTests {
  private static let stamp = 1_767_225_600_123

  private func event(_ more: String) -> String {
    let members = more.isEmpty ? "" : "," + more
    return "{\"type\":\"login\",\"account\":\"a\",\"ts\":\(Self.stamp)\(members)}"
  }

  @Test func readsEveryField() {
    let text = #"""
      {"id":"evt-000000000001","type":"feature_click","account":"acct-004217",\#
      "user":"u-004217-13","ts":1767225600123,"feature":"export","value":1.25}
      """#
    var expected = PlainEvent(
      time: 1_767_225_600_123, type: "feature_click", account: "acct-004217")
    expected.id = "evt-000000000001"
    expected.user = "u-004217-13"
    expected.feature = "export"
    expected.valueMicros = 1_250_000
    expected.message = text
    #expect(DecodingBench.decode(text).events == [expected])
    #expect(DecodingBench.scan(Array(text.utf8)) == expected)
  }

  @Test func theRecordNamesPositionMessageAndKey() {
    let batch = EventBatch(bytesCapacity: 1_024, recordsCapacity: 2)
    let key = DecodingBench.put(Array("the key".utf8), into: batch)
    for text in [event(""), event("\"other\":null")] {
      let message = DecodingBench.put(Array(text.utf8), into: batch)
      let outcome = DecodingBench.decoder.decode(
        message: message, key: key, position: 42, into: batch)
      #expect(outcome == .done)
      let record = batch[batch.eventsCount - 1]
      #expect(record.position == 42 && record.message == message && record.key == key)
    }
  }

  @Test(arguments: [
    (#"{"type":"t","ts":1767225600123}"#, RefusalReason.missingAccount),
    (#"{"type":"t","account":"","ts":1767225600123}"#, .missingAccount),
    (#"{"type":"t","account":null,"ts":1767225600123}"#, .missingAccount),
    (#"{"account":"a","ts":1767225600123}"#, .missingType),
    (#"{"type":null,"account":"a","ts":1767225600123}"#, .missingType),
    (#"{"type":"","account":"a","ts":1767225600123}"#, .missingType),
    (#"{"type":"t","account":"a"}"#, .missingTime),
    (#"{"type":"t","account":"a","ts":null}"#, .missingTime),
    (#"{"type":"t","account":"a","time":""}"#, .missingTime),
    (#"{"type":"t","account":"a","ts":"1767225600123"}"#, .wrongType),
    (#"{"type":"t","account":"a","ts":true}"#, .wrongType),
    (#"{"type":"t","account":"a","ts":1767225600123.5}"#, .invalidTime),
    (#"{"type":"t","account":"a","ts":99999999999999999999999}"#, .invalidTime),
    (#"{"type":"t","account":"a","ts":-1}"#, .timeOutOfRange),
    (#"{"type":"t","account":"a","ts":946684799999}"#, .timeOutOfRange),
    (#"{"type":"t","account":"a","ts":1893456000001}"#, .timeInFuture),
    (#"{"type":"t","account":"a","time":"0000-01-01T00:00:00Z"}"#, .timeOutOfRange),
    (#"{"type":"t","account":"a","time":"9999-12-31T23:59:59Z"}"#, .timeInFuture),
    (#"{"type":"t","account":"a","time":"yesterday"}"#, .invalidTime),
    (#"{"type":"t","account":"a","time":"2026-01-01T00:00:00"}"#, .invalidTime),
    (
      #"{"type":"t","account":"a","time":"2026-01-01T00:00:00Z","ts":1767225600123}"#, .duplicateKey
    ),
    (#"{"type":"t","account":"a","ts":1767225600123,"ts":1767225600123}"#, .duplicateKey),
    (#"{"type":"t","\u0074ype":"t","account":"a","ts":1767225600123}"#, .duplicateKey),
    (#"{"type":"t","account":"a","ts":1767225600123,"value":1,"count":1}"#, .duplicateKey),
    (#"{"type":7,"account":"a","ts":1767225600123}"#, .wrongType),
    (#"{"type":"t","account":1.0,"ts":1767225600123}"#, .wrongType),
    (#"{"type":"t","account":{"a":1},"ts":1767225600123}"#, .wrongType),
    (#"{"type":"t","account":["a"],"ts":1767225600123}"#, .wrongType),
    (#"{"type":"t","account":"a","ts":1767225600123,"id":7}"#, .wrongType),
    (#"{"type":"t","account":"a","ts":1767225600123,"feature":false}"#, .wrongType),
    (#"{"type":"t","account":"a","ts":1767225600123,"value":"1"}"#, .wrongType),
    (#"{"type":"t","account":"a","ts":1767225600123,"value":1000000001}"#, .valueOutOfRange),
    (#"{"type":"t","account":"a","ts":1767225600123,"value":-1e10}"#, .valueOutOfRange),
    (#"{"type":"t","account":"a","ts":1767225600123,"value":1e400}"#, .valueOutOfRange),
    (#"{"type":"t","account":"a","ts":1767225600123}{"type":"t"}"#, .notJSON),
    (#"{"type":"t","account":"a","ts":1767225600123}x"#, .notJSON),
    (#"{"type":"t","account":"a","ts":01767225600123}"#, .notJSON),
    (#"{"type":"t","account":"a","ts":1767225600123,}"#, .notJSON),
    (#"{"type":"t","account":"\ud800","ts":1767225600123}"#, .notJSON),
    (#"{"type":"t","account":"\udc00\ud800","ts":1767225600123}"#, .notJSON),
    ("{\"type\":\"t\",\"account\":\"a\u{0}\",\"ts\":1767225600123}", .notJSON),
    ("{\"type\":\"t\",\"account\":\"a\u{1F}\",\"ts\":1767225600123}", .notJSON),
    ("{\"type\":\"t\",\"account\":\"a\n\",\"ts\":1767225600123}", .notJSON),
    ("", .emptyMessage), (" \n\t", .emptyMessage), ("\u{FEFF}", .emptyMessage),
    ("7", .notAnObject), ("\"text\"", .notAnObject), ("null", .notAnObject),
    ("nul", .notJSON), ("{", .notJSON), ("[", .notJSON), ("]", .notJSON),
  ])
  func refuses(_ text: String, as reason: RefusalReason) {
    let decoded = DecodingBench.decode(text)
    #expect(decoded.events.isEmpty)
    #expect(decoded.reasons == [reason], "\(text): \(decoded.details)")
    #expect(decoded.details.allSatisfy { $0.hasSuffix(".") })
  }

  @Test func detailsNameTheFieldOrTheByte() {
    #expect(
      DecodingBench.decode(#"{"type":"t","account":true,"ts":1767225600123}"#).details
        == ["The field \"account\" is true or false."])
    #expect(
      DecodingBench.decode(#"{"type":"t",x}"#).details
        == ["At byte 12, a key in quotation marks is expected."])
  }

  @Test(arguments: ["type", "account", "user", "feature", "id"])
  func namesHaveALimitInBytes(field: String) {
    func message(_ name: String) -> String {
      let rest = ["type", "account"].filter { $0 != field }.map { ",\"\($0)\":\"x\"" }.joined()
      return "{\"\(field)\":\"\(name)\",\"ts\":1767225600123\(rest)}"
    }
    let limit = Limits.nameBytesMax
    #expect(DecodingBench.decode(message(String(repeating: "n", count: limit))).events.count == 1)
    #expect(
      DecodingBench.decode(message(String(repeating: "é", count: limit / 2))).events.count == 1)
    for name in [
      String(repeating: "n", count: limit + 1), String(repeating: "é", count: limit / 2) + "n",
      String(repeating: "\\u00e9", count: limit / 2) + "n", String(repeating: "n", count: 100_000),
    ] {
      #expect(DecodingBench.decode(message(name)).reasons == [.nameTooLong])
    }
    let escaped = DecodingBench.decode(message(String(repeating: "\\u00e9", count: limit / 2)))
    #expect(escaped.events.count == 1)
  }

  @Test func optionalFieldsMayBeNullOrEmpty() {
    for empty in ["null", "\"\""] {
      let decoded = DecodingBench.decode(
        event("\"id\":\(empty),\"user\":\(empty),\"feature\":\(empty),\"value\":\(empty)"))
      let expected = PlainEvent(time: Int64(Self.stamp), type: "login", account: "a")
      #expect(
        decoded.events.map {
          var e = $0
          e.message = ""
          return e
        } == [expected])
    }
  }

  @Test func integersAreTextForAccountAndUser() {
    let decoded = DecodingBench.decode(#"{"type":"t","account":4217,"user":-3,"ts":1767225600123}"#)
    #expect(decoded.events.map(\.account) == ["4217"])
    #expect(decoded.events.map(\.user) == ["-3"])
  }

  @Test func escapesAreWrittenOut() {
    let decoded = DecodingBench.decode(
      #"{"type":"\"\\\/\b\f\n\r\t","account":"\u00e9\ud83c\udf21","user":"ž","ts":1767225600123}"#
    )
    #expect(decoded.events.map(\.type) == ["\"\\/\u{8}\u{C}\n\r\t"])
    #expect(decoded.events.map(\.account) == ["é🌡"])
    #expect(decoded.events.map(\.user) == ["ž"])
  }

  @Test func aByteOrderMarkIsTolerated() {
    #expect(DecodingBench.decode("\u{FEFF}" + event("")).events.count == 1)
  }

  @Test func invalidUTF8AnywhereIsRefused() {
    let sequences: [[UInt8]] = [
      [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
    ]
    for sequence in sequences {
      for (before, after) in [("{\"x\":\"", "\","), ("{\"", "\":1,"), ("{", "")] {
        let rest = "\"type\":\"t\",\"account\":\"a\",\"ts\":1767225600123}"
        let bytes = Array(before.utf8) + sequence + Array((after + rest).utf8)
        #expect(DecodingBench.decode(bytes).reasons == [.invalidUTF8])
      }
    }
  }

  @Test func nestingHasALimit() {
    func nested(_ depth: Int, _ open: String, _ close: String) -> String {
      event(
        "\"x\":" + String(repeating: open, count: depth) + "1"
          + String(repeating: close, count: depth))
    }
    // The event's own braces are one level.
    for (open, close) in [("[", "]"), ("{\"k\":", "}")] {
      #expect(DecodingBench.decode(nested(63, open, close)).events.count == 1)
      for depth in [64, 65, 100_000] {
        #expect(DecodingBench.decode(nested(depth, open, close)).reasons == [.nestingTooDeep])
      }
    }
    let bomb = String(repeating: "[", count: 500_000)
    #expect(DecodingBench.decode(bomb).reasons == [.nestingTooDeep])
  }

  @Test func aMessageHasALimit() {
    let padding = Limits.messageBytesMax - event("\"x\":\"\"").utf8.count
    let full = event("\"x\":\"" + String(repeating: "x", count: padding) + "\"")
    #expect(DecodingBench.decode(full).events.count == 1)
    #expect(DecodingBench.decode(full + " ").reasons == [.messageTooLarge])
  }

  @Test func everyCutIsRefused() {
    let whole = Array(event("\"x\":[1,{\"y\":\"\\u00e9é\"}],\"value\":1.5e0").utf8)
    #expect(DecodingBench.decode(whole).events.count == 1)
    for count in 0..<whole.count {
      let decoded = DecodingBench.decode(Array(whole[..<count]))
      #expect(decoded.events.isEmpty && decoded.reasons.count == 1, "cut at \(count)")
    }
  }
}
