/// Hashing and comparing short names a word at a time.
///
/// SAFETY: every text is readable for 64 bytes past its end (`EventBatch` and `NameHeap` guarantee it), so
/// whole words may be loaded; what lies past the end is masked off.
@usableFromInline enum NameBytes {
  /// A seeded hash after the multiply-and-fold construction of wyhash (Wang Yi, public domain): the seed is
  /// drawn per process, so that nobody can prepare names that collide.
  @inlinable @inline(__always)
  static func hash(_ start: UnsafeRawPointer, _ length: Int, seed: UInt64) -> UInt64 {
    var state = seed ^ (UInt64(truncatingIfNeeded: length) &* 0xA076_1D64_78BD_642F)
    var at = unsafe start
    var rest = length
    while rest > 8 {
      state = unsafe fold(state ^ word(at), 0xE703_7ED1_A0B4_28DB)
      unsafe at += 8
      rest &-= 8
    }
    return unsafe fold(state ^ masked(at, rest), 0x8EBC_6AF0_9C88_C6E3)
  }

  @inlinable @inline(__always)
  static func equal(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ length: Int) -> Bool {
    var offset = 0
    while offset &+ 8 < length {
      if unsafe word(a + offset) != word(b + offset) { return false }
      offset &+= 8
    }
    return unsafe masked(a + offset, length &- offset) == masked(b + offset, length &- offset)
  }

  @inlinable @inline(__always) static func word(_ at: UnsafeRawPointer) -> UInt64 {
    unsafe UInt64(littleEndian: at.loadUnaligned(as: UInt64.self))
  }

  /// The first `count` (0…8) bytes as a word.
  @inlinable @inline(__always) static func masked(_ at: UnsafeRawPointer, _ count: Int) -> UInt64 {
    if count == 0 { return 0 }
    return unsafe word(at) & (UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- 8 &* count))
  }

  @inlinable @inline(__always) static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }
}
