import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineCodec

/// What is wrong with CloudEvents whose attributes are headers.
@Suite struct BinaryCloudEventTests {
  private static let headers = [
    ("ce_specversion", "1.0"), ("ce_id", "i"), ("ce_source", "/s"), ("ce_type", "login"),
    ("ce_subject", "acme"), ("ce_time", "2026-01-01T00:00:00.123Z"),
    ("content-type", "application/json"),
  ]

  private func decode(
    _ data: String = #"{"user":"u","value":2}"#, _ changes: [String: String?] = [:]
  ) -> Decoded {
    let headers = Self.headers.compactMap { name, usual -> (String, String)? in
      guard let change = changes[name] else { return (name, usual) }
      return change.map { (name, $0) }
    }
    let named = FormatBench.decode(Array(data.utf8), .cloudevents, headers: headers)
    #expect(FormatBench.decode(Array(data.utf8), .auto, headers: headers) == named)
    return named
  }

  @Test(
    "an attribute that is missing, empty or enormous",
    arguments: [
      ("ce_id", RefusalReason.missingID, RefusalReason.nameTooLong),
      ("ce_source", .missingID, .nameTooLong), ("ce_type", .missingType, .nameTooLong),
      ("ce_subject", .missingAccount, .nameTooLong), ("ce_time", .missingTime, .invalidTime),
    ])
  func attributes(name: String, missing: RefusalReason, long: RefusalReason) {
    let data = #"{"value":2}"#
    #expect(decode(data).events.map(\.account) == ["acme"])
    #expect(decode(data, [name: String?.none]).reasons == [missing])
    #expect(decode(data, [name: ""]).reasons == [missing])
    #expect(decode(data, [name: String(repeating: "x", count: 300)]).reasons == [long])
    let enormous = String(repeating: "x", count: 300_000)
    #expect(decode(data, [name: enormous]).reasons == [.nameTooLong])
    #expect(decode(data, ["ce_specversion": "1.1"]).reasons == [.unsupportedVersion])
    #expect(decode(data, ["ce_specversion": ""]).reasons == [.unsupportedVersion])
  }

  @Test func timesInEveryForm() {
    for (written, expected) in FormatDecoderTests.times {
      let text = written.filter { $0 != "\"" }
      let decoded = decode("{}", ["ce_time": text])
      switch expected {
      case .success(let time): #expect(decoded.events.map(\.time) == [time], "\(text)")
      case .failure(let fixed):
        #expect(decoded.reasons == [text == "NaN" ? .invalidTime : fixed.reason], "\(text)")
      }
    }
  }

  @Test func oddData() throws {
    let usual = #"{"user":"u","value":2}"#
    #expect(decode(usual).events.map(\.user) == ["u"])
    #expect(decode("").events.map(\.user) == [""])
    for other in ["[1,2]", "7", "null", #""text""#] { #expect(decode(other).events.count == 1) }
    for end in 1..<usual.utf8.count {
      #expect(decode(String(usual.prefix(end))).reasons == [.notJSON])
    }
    for odd in [usual + usual, usual + "\n" + usual, usual + "\0", "\0", "\u{FEFF}" + usual] {
      #expect(decode(odd).reasons == [.notJSON], "\(odd)")
    }
    let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
    #expect(decode(deep).reasons == [.nestingTooDeep])
    #expect(decode(#"{"user":\#(deep)}"#).reasons == [.nestingTooDeep])
    let invalid = FormatBench.decode([0x22, 0xFF, 0x22], .cloudevents, headers: Self.headers)
    #expect(invalid.reasons == [.invalidUTF8])
    let packed = try gzipped(Array(usual.utf8))
    var unpacked = FormatBench.decode(packed, .cloudevents, headers: Self.headers)
    // The message is kept as it came.
    unpacked.events[0].message = usual
    #expect(unpacked == decode(usual))
    let bomb = try gzipped([UInt8](repeating: 0x20, count: 4 * Limits.messageBytesMax))
    #expect(
      FormatBench.decode(bomb, .cloudevents, headers: Self.headers).reasons == [.messageTooLarge])
  }
}
