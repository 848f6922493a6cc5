import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineCodec

/// Valid events of every format with bytes replaced, inserted and deleted: ours takes exactly what
/// Foundation's parser and the plainly written rules take, and the fast way agrees with the exact
/// one in every word.
@Suite struct FormatMutationTests {
  private static let alphabet =
    Array("\"\\{}[],:.-+eE0123456789 \tabtunull\u{0}\u{7F}né$_".utf8) + [0xFF]

  @Test(arguments: FormatSamples.all.indices)
  func everyMutationIsJudgedAsByFoundation(sample: Int) {
    var random = SeededGenerator(seed: UInt64(sample))
    let (format, text) = FormatSamples.all[sample]
    let original = Array(text.utf8)
    #expect(FormatBench.decode(original, format).events.count == 1)
    var taken = 0
    for _ in 0..<400 {
      var bytes = original
      for _ in 0..<Int.random(in: 0...2, using: &random) {
        bytes.mutate(with: Self.alphabet, using: &random)
      }
      taken += compare(bytes, format) ? 1 : 0
    }
    #expect(taken > 10)
  }

  @Test("members swapped between samples: other keys, other orders", arguments: [1, 2, 3])
  func membersAreTakenFromEachOther(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let (format, text) = FormatSamples.all.randomElement(using: &random)!
      let other = Array(FormatSamples.all.randomElement(using: &random)!.1.utf8)
      var bytes = Array(text.utf8)
      let start = Int.random(in: 0..<other.count, using: &random)
      let end = min(other.count, start + Int.random(in: 1...40, using: &random))
      let at = Int.random(in: 0..<bytes.count, using: &random)
      bytes.replaceSubrange(at..<min(bytes.count, at + (end - start)), with: other[start..<end])
      _ = compare(bytes, format)
    }
  }

  @Test(arguments: FormatSamples.all.indices)
  func bytesCutAtEveryPlaceAreRefusedAndNothingElse(sample: Int) {
    let (format, text) = FormatSamples.all[sample]
    let bytes = Array(text.utf8)
    for format in [format, .auto] where !(format == .auto && FormatSamples.all[sample].0 == .mapped)
    {
      for end in 0..<bytes.count {
        let decoded = FormatBench.decode(Array(bytes[..<end]), format)
        // A cut within a character leaves half of it.
        let isUTF8 = String(validating: bytes[..<end], as: UTF8.self) != nil
        let reason: RefusalReason = end == 0 ? .emptyMessage : isUTF8 ? .notJSON : .invalidUTF8
        #expect(decoded.events.isEmpty && decoded.reasons == [reason])
      }
      #expect(FormatBench.decode(bytes, format).events.count == 1)
    }
  }

  /// True when the event was taken.
  private func compare(_ bytes: [UInt8], _ format: InputFormat) -> Bool {
    let decoded = FormatBench.decode(bytes, format)
    let text = String(decoding: bytes, as: UTF8.self)
    let exact = FormatBench.readExactly(bytes, format)
    #expect(exact == decoded, "\(format): \(text)")
    if decoded.reasons.first == .duplicateKey { return false }
    let expected = FormatReference.event(bytes, format)
    #expect(
      decoded.events == (expected.map { [$0] } ?? []), "\(format): \(text): \(decoded.details)")
    #expect(decoded.events.count + decoded.reasons.count == 1, "\(text)")
    return expected != nil
  }
}
