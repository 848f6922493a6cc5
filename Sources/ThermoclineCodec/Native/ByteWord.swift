/// Eight bytes in one integer, the first in the lowest bits, looked at all at once.
///
/// Tests for single bytes set a byte's highest bit when it is a hit (Warren, "Hacker's Delight",
/// 6-1). Carries run upwards only, so false hits can stand after the first true hit but never
/// before it: the lowest hit is exact, and that is all we use.
enum ByteWord {
  static let ones: UInt64 = 0x0101_0101_0101_0101
  static let highs: UInt64 = 0x8080_8080_8080_8080

  /// The word that has these ASCII characters and zeros after them.
  @inline(__always) static func of(
    _ a: Unicode.Scalar, _ b: Unicode.Scalar, _ c: Unicode.Scalar = "\0",
    _ d: Unicode.Scalar = "\0",
    _ e: Unicode.Scalar = "\0", _ f: Unicode.Scalar = "\0", _ g: Unicode.Scalar = "\0",
    _ h: Unicode.Scalar = "\0"
  ) -> UInt64 {
    let low = a.value | b.value << 8 | c.value << 16 | d.value << 24
    let high = e.value | f.value << 8 | g.value << 16 | h.value << 24
    return UInt64(low) | UInt64(high) << 32
  }

  /// Digits as their values 0…9; every other byte becomes something above 9.
  @inline(__always) static func digits(_ word: UInt64) -> UInt64 { word ^ (ones &* 0x30) }

  /// Hits at the bytes of `digits` that are no digits.
  @inline(__always) static func nonDigits(_ digits: UInt64) -> UInt64 {
    ((digits &+ ones &* 0x76) | digits) & highs
  }

  /// Bytes before the first hit; 8 without one.
  @inline(__always) static func countBeforeFirst(_ hits: UInt64) -> Int {
    hits.trailingZeroBitCount >> 3
  }

  /// The number that eight digit values spell, the first byte being the most significant.
  @inline(__always) static func number(_ digits: UInt64) -> UInt64 {
    let pairs = (digits &* 10) &+ (digits >> 8)
    let even = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
    let odd = ((pairs >> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
    return (even &+ odd) >> 32
  }
}
