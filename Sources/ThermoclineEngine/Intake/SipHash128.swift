import ThermoclineCore

/// SipHash-2-4 with 128 bits of output (J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", 2012, and
/// the authors' reference code).
///
/// With a secret key its output cannot be told from random bits, so n different texts collide somewhere with a
/// probability of about n² ÷ 2¹²⁹: for a hundred million, 1.5 × 10⁻²³.
///
/// SAFETY: a text that is read lies in an `EventBatch`, which is readable for 64 bytes past its end, so whole words may
/// be loaded; what lies past the end is masked off.
@safe struct SipHash128: BitwiseCopyable {
  /// What stands for a text.
  struct Value: BitwiseCopyable, Equatable {
    var first: UInt64
    var second: UInt64
  }
  /// The secret: two words drawn at random, and kept with whatever is kept of the hashes.
  struct Key: BitwiseCopyable, Equatable {
    var first: UInt64
    var second: UInt64
  }

  private var v0: UInt64
  private var v1: UInt64
  private var v2: UInt64
  private var v3: UInt64
  private var bytesCount: UInt64 = 0

  init(_ key: Key) {
    v0 = key.first ^ 0x736F_6D65_7073_6575
    v1 = key.second ^ 0x646F_7261_6E64_6F6D ^ 0xEE
    v2 = key.first ^ 0x6C79_6765_6E65_7261
    v3 = key.second ^ 0x7465_6462_7974_6573
  }

  /// Takes in eight bytes, the first in the lowest eight bits.
  @inline(__always) mutating func absorb(_ word: UInt64) {
    bytesCount &+= 8
    compress(word)
  }

  /// Takes in a text and as many zeros as fill its last word.
  @inline(__always) mutating func absorbPadded(_ text: UnsafeRawBufferPointer) {
    guard let start = text.baseAddress else { return }
    var offset = 0
    while offset < text.count {
      unsafe absorb(Self.word(start + offset, min(8, text.count &- offset)))
      offset &+= 8
    }
  }

  /// Takes in the last text and gives the value.
  @inline(__always) mutating func finish(_ text: UnsafeRawBufferPointer) -> Value {
    var offset = 0
    while offset &+ 8 <= text.count {
      unsafe absorb(Self.word(text.baseAddress.unsafelyUnwrapped + offset, 8))
      offset &+= 8
    }
    let rest = text.count &- offset
    var last =
      unsafe rest == 0 ? 0 : Self.word(text.baseAddress.unsafelyUnwrapped + offset, rest)
    last |= (bytesCount &+ UInt64(truncatingIfNeeded: rest)) &<< 56
    compress(last)
    v2 ^= 0xEE
    for _ in 0..<4 { round() }
    let first = v0 ^ v1 ^ v2 ^ v3
    v1 ^= 0xDD
    for _ in 0..<4 { round() }
    return Value(first: first, second: v0 ^ v1 ^ v2 ^ v3)
  }

  @inline(__always) private mutating func compress(_ word: UInt64) {
    v3 ^= word
    round()
    round()
    v0 ^= word
  }

  @inline(__always) private mutating func round() {
    v0 = v0 &+ v1
    v1 = Self.rotated(v1, 13) ^ v0
    v0 = Self.rotated(v0, 32)
    v2 = v2 &+ v3
    v3 = Self.rotated(v3, 16) ^ v2
    v0 = v0 &+ v3
    v3 = Self.rotated(v3, 21) ^ v0
    v2 = v2 &+ v1
    v1 = Self.rotated(v1, 17) ^ v2
    v2 = Self.rotated(v2, 32)
  }

  @inline(__always) private static func rotated(_ word: UInt64, _ bits: UInt64) -> UInt64 {
    word &<< bits | word &>> (64 &- bits)
  }

  /// The first `count` (1…8) bytes as a word.
  @inline(__always)
  private static func word(_ at: UnsafeRawPointer, _ count: Int) -> UInt64 {
    unsafe UInt64(littleEndian: at.loadUnaligned(as: UInt64.self))
      & (UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- 8 &* count))
  }
}
