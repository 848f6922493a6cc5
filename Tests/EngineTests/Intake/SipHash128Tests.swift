import Testing
import ThermoclineCore

@testable import ThermoclineEngine

@Suite struct SipHash128Tests {
  private let key = SipHash128.Key(first: 0x0706_0504_0302_0100, second: 0x0F0E_0D0C_0B0A_0908)

  /// Of the bytes 0, 1, 2 … `count` − 1, with whole words absorbed one by one where asked for.
  private func hash(_ count: Int, absorbed words: Int = 0) -> String {
    let bytes = (0..<count).map { UInt8($0) } + [UInt8](repeating: 0xAA, count: 64)
    return unsafe bytes.withUnsafeBytes { bytes in
      var hash = SipHash128(key)
      for i in 0..<words {
        hash.absorb(
          unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * i, as: UInt64.self)))
      }
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[(8 * words)..<count])
      let value = unsafe hash.finish(rest)
      return [value.first, value.second].map { word in
        (0..<8).map { byte in
          let text = String(UInt8(truncatingIfNeeded: word >> UInt64(8 * byte)), radix: 16)
          return text.count == 1 ? "0" + text : text
        }.joined()
      }.joined()
    }
  }

  /// From `vectors.h` of the authors' reference code (github.com/veorq/SipHash), `vectors_sip128`.
  @Test(
    "the published values",
    arguments: [
      (0, "a3817f04ba25a8e66df67214c7550293"), (1, "da87c1d86b99af44347659119b22fc45"),
      (2, "8177228da4a45dc7fca38bdef60affe4"), (3, "9c70b60c5267a94e5f33b6b02985ed51"),
    ])
  func published(count: Int, value: String) { #expect(hash(count) == value) }

  @Test("words taken one by one count as the same text")
  func absorbing() {
    for count in 8...40 {
      for words in 1...(count / 8) { #expect(hash(count, absorbed: words) == hash(count)) }
    }
  }

  @Test("what lies past the end of a text does not matter, every byte of it does")
  func everyByteCounts() {
    let texts = (0...64).map { hash($0) }
    #expect(Set(texts).count == 65)
  }
}
