internal import ThermoclineCore

/// What comes from other instances is added up: no number of a message may be so large that a sum of them overflows.
extension StateReader {
  /// Things that were counted, or a sum of something small over them: 0…2⁴⁸, so that 32,767 parts add up.
  mutating func tallied() throws(StateError) -> Int {
    let number = try int()
    guard (0...1 << 48).contains(number) else { throw StateError("\(number) are counted") }
    return number
  }

  /// The same of what may be negative.
  mutating func total() throws(StateError) -> Int64 {
    let number = try number()
    guard (-(1 << 48)...1 << 48).contains(number) else {
      throw StateError("a total is \(number)")
    }
    return number
  }

  /// An amount of money whose sums stop at a maximum by themselves.
  mutating func amount() throws(StateError) -> Int64 {
    let number = try number()
    guard number >= 0 else { throw StateError("an amount is \(number)") }
    return number
  }

  /// A score in ten-thousandths of a point; `noPoints` = none.
  mutating func score() throws(StateError) -> Int32 {
    let number = try number()
    guard number == Int64(noPoints) || (0...1_000_000).contains(number) else {
      throw StateError("a score is \(number)")
    }
    return Int32(number)
  }
}
