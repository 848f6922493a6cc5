/// The keys the native form knows.
enum NativeField: UInt8 {
  case id, type, account, user, ts, time, feature, value, count

  /// The field with this key, which is given as its first eight bytes and its length.
  init?(key word: UInt64, length: Int) {
    guard length <= 7 else { return nil }
    switch word & (1 << UInt64(8 * length) - 1) {
    case ByteWord.of("i", "d"): self = .id
    case ByteWord.of("t", "y", "p", "e"): self = .type
    case ByteWord.of("a", "c", "c", "o", "u", "n", "t"): self = .account
    case ByteWord.of("u", "s", "e", "r"): self = .user
    case ByteWord.of("t", "s"): self = .ts
    case ByteWord.of("t", "i", "m", "e"): self = .time
    case ByteWord.of("f", "e", "a", "t", "u", "r", "e"): self = .feature
    case ByteWord.of("v", "a", "l", "u", "e"): self = .value
    case ByteWord.of("c", "o", "u", "n", "t"): self = .count
    default: return nil
    }
  }

  /// The bit that stands for the field in a set.
  var bit: UInt16 { 1 << UInt16(rawValue) }
}
