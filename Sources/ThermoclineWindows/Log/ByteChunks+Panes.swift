import ThermoclineCore

/// The head of one pane in a log: how many slides after the pane before it in the log, and how many items follow.
struct LogHeader: BitwiseCopyable {
  /// 0 for the first of a log: its place is known from the cursors that stand on it.
  var delta: Int32
  var count: UInt32
}

/// How panes are written: a head of mostly one byte, then the items.
extension ByteChunks {
  private static var countMax: UInt64 { 7 }

  @inline(__always) mutating func append(_ header: LogHeader, at end: inout UInt32) {
    let count = UInt64(header.count)
    let few = min(count, Self.countMax)
    append(number: UInt64(header.delta) &<< 3 | few, at: &end)
    if few == Self.countMax { append(number: count &- few, at: &end) }
  }

  @inline(__always) func header(_ position: inout UInt32) -> LogHeader {
    let head = number(&position)
    var count = head & Self.countMax
    if count == Self.countMax { count &+= number(&position) }
    return LogHeader(
      delta: Int32(truncatingIfNeeded: head &>> 3), count: UInt32(truncatingIfNeeded: count))
  }

  /// A cell's value. Sums are millionths and mostly of whole values: those are written as such.
  @inline(__always) mutating func append(value: Int64, isSum: Bool, at end: inout UInt32) {
    var number = value
    if isSum {
      let (whole, rest) = value.quotientAndRemainder(dividingBy: 1_000_000)
      if rest == 0 {
        number = whole &<< 1
      } else if value >= Self.shiftMin, value < -Self.shiftMin {
        number = value &<< 1 | 1
      } else {
        // Too large to shift: 0 with the mark stands before the plain value.
        append(number: Self.zigzag(1), at: &end)
      }
    }
    append(number: Self.zigzag(number), at: &end)
  }

  /// Reads what `append(value:isSum:)` wrote.
  @inline(__always) func value(isSum: Bool, _ position: inout UInt32) -> Int64 {
    let number = Self.unzigzag(number(&position))
    if !isSum { return number }
    if number & 1 == 0 { return (number &>> 1) &* 1_000_000 }
    return number == 1 ? Self.unzigzag(self.number(&position)) : number &>> 1
  }

  private static var shiftMin: Int64 { Int64.min / 2 }

  @inline(__always) private static func zigzag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: value &<< 1 ^ value &>> 63)
  }

  @inline(__always) private static func unzigzag(_ number: UInt64) -> Int64 {
    Int64(bitPattern: number &>> 1) ^ -Int64(bitPattern: number & 1)
  }
}
