/// FNV-1a of 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/): the same number for the same bytes everywhere and
/// always, and no protection from who looks for bytes of the same number.
package struct FNV1a: Sendable {
  package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  package init() {}

  package mutating func add(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }

  /// Of a text's UTF-8.
  package static func hash(_ text: String) -> UInt64 {
    var hash = FNV1a()
    for byte in text.utf8 { hash.add(byte) }
    return hash.value
  }
}
