import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineCodec

/// Valid events with bytes replaced, inserted and deleted: ours takes exactly what Foundation's
/// parser and the plainly written rules take, and the fast scanner agrees with the exact reader
/// whenever it answers.
@Suite struct NativeDecoderMutationTests {
  private static let alphabet = Array("\"\\{}[],:.-+eE0123456789 \tabtu\u{0}\u{7F}né".utf8) + [0xFF]

  private static let seeds = [
    #"{"id":"e","type":"click","account":"a","user":"u","ts":1767225600123,"value":12.5}"#,
    #"{"type":"login","account":"a","ts":1767225600123}"#,
    #"{"count":3,"ts":1767225600123,"user":"u","account":"a","type":"session","id":"e"}"#,
    #"{"type": "login", "account": "a", "time": "2026-01-01T00:00:00.123Z", "user": 7}"#,
    #"{"plan":"pro","n":12,"type":"t","ok":true,"account":"a","ts":1767225600123,"f":null}"#,
    #"{"type":"login","account":"\u00e9\n","ts":1767225600123,"plan":{"a":[1,2.5e3,true,null]}}"#,
  ]

  @Test(arguments: seeds.indices)
  func everyMutationIsJudgedAsByFoundation(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let original = Array(Self.seeds[seed].utf8)
    #expect(DecodingBench.decode(original).events.count == 1)
    var taken = 0
    for _ in 0..<1_500 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...2, using: &random) {
        bytes.mutate(with: Self.alphabet, using: &random)
      }
      taken += compare(bytes) ? 1 : 0
    }
    #expect(taken > 20)
  }

  @Test func everyByteReplacedByEveryOtherInTheFastShape() {
    let original = Array(Self.seeds[1].utf8)
    for place in original.indices {
      for byte in UInt8.min...UInt8.max {
        var bytes = original
        bytes[place] = byte
        if let event = DecodingBench.scan(bytes) {
          let exact = DecodingBench.readExactly(bytes)
          #expect(exact.events == [event], "byte \(byte) at \(place)")
        }
      }
    }
  }

  /// True when the event was taken.
  private func compare(_ bytes: [UInt8]) -> Bool {
    let decoded = DecodingBench.decode(bytes)
    let expected = FoundationReference.event(bytes, latest: DecodingBench.latest)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(decoded.events == (expected.map { [$0] } ?? []), "\(text): \(decoded.details)")
    #expect(decoded.events.count + decoded.reasons.count == 1, "\(text)")
    #expect(DecodingBench.readExactly(bytes) == decoded, "\(text)")
    if let fast = DecodingBench.scan(bytes) { #expect(decoded.events == [fast], "\(text)") }
    return expected != nil
  }
}
