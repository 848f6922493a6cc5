/// SplitMix64 (Steele, Lea, Flood 2014, doi 10.1145/2660193.2660195). Whole-number arithmetic only:
/// the same numbers for the same seed on every machine.
package struct SplitMix64: RandomNumberGenerator {
  @usableFromInline var state: UInt64

  /// A sequence of its own for every pair of streams of one seed.
  @inlinable package init(seed: UInt64, stream: UInt64 = 0, substream: UInt64 = 0) {
    state = Self.mixed(Self.mixed(seed &+ 0x9E37_79B9_7F4A_7C15 &* (stream &+ 1)) &+ substream)
  }

  @inlinable package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mixed(state)
  }

  /// Uniform in [0, 1), a multiple of 2⁻⁵³.
  @inlinable package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform in 0..<`bound`; `bound` > 0. The bias is below bound ÷ 2⁶⁴.
  @inlinable package mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Uniform in `range`.
  @inlinable package mutating func within(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.count)
  }

  /// Fisher and Yates; the standard library's `shuffle` does not promise its order for ever.
  @inlinable package mutating func shuffle<T>(_ items: inout [T]) {
    for last in stride(from: items.count - 1, to: 0, by: -1) {
      items.swapAt(last, below(last + 1))
    }
  }

  @usableFromInline static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
