import ThermoclineCore

/// A name as the table compares it: two words.
///
/// Up to 15 bytes the words hold the name itself and its length, so that equal keys are equal names. A longer name
/// stands in the heap; its key is its hash and a mark, and a match is proved by comparing the bytes.
@usableFromInline struct NameKey: BitwiseCopyable {
  @usableFromInline var first: UInt64
  /// The top byte is the length of a short name, or `Self.longMark`.
  @usableFromInline var second: UInt64
  @usableFromInline var hash: UInt32

  static let longMark: UInt64 = 0xFF << 56
  static let shortMax = 15
  /// No name's.
  static var none: NameKey { NameKey(first: 0, second: 0, hash: 0) }

  @inline(__always) var isLong: Bool { second >= Self.longMark }

  init(first: UInt64, second: UInt64, hash: UInt32) {
    self.first = first
    self.second = second
    self.hash = hash
  }

  /// SAFETY: the text is readable for 64 bytes past its end, see `NameBytes`.
  @inline(__always) init(_ name: UnsafeRawBufferPointer, owner: UInt32, seed: UInt64) {
    let start = unsafe name.baseAddress.unsafelyUnwrapped
    let count = name.count
    let mixed = Self.mixed(owner, seed)
    if count <= Self.shortMax {
      let head = min(count, 8)
      first = unsafe NameBytes.masked(start, head)
      second =
        unsafe NameBytes.masked(start + 8, count &- head)
        | UInt64(truncatingIfNeeded: count) &<< 56
      hash = Self.hash(first: first, second: second, mixed)
    } else {
      first = unsafe NameBytes.hash(start, count, seed: mixed)
      second = Self.longMark
      hash = UInt32(truncatingIfNeeded: first)
    }
  }

  /// The hash of the key that has these words.
  static func hash(first: UInt64, second: UInt64, owner: UInt32, seed: UInt64) -> UInt32 {
    second >= longMark
      ? UInt32(truncatingIfNeeded: first) : hash(first: first, second: second, mixed(owner, seed))
  }

  @inline(__always) private static func mixed(_ owner: UInt32, _ seed: UInt64) -> UInt64 {
    seed ^ (UInt64(truncatingIfNeeded: owner) &* 0x9E37_79B9_7F4A_7C15)
  }

  @inline(__always)
  private static func hash(first: UInt64, second: UInt64, _ mixed: UInt64) -> UInt32 {
    UInt32(
      truncatingIfNeeded: NameBytes.fold(
        NameBytes.fold(first ^ mixed, 0xE703_7ED1_A0B4_28DB) ^ second, 0x8EBC_6AF0_9C88_C6E3))
  }
}
