/// How long something took, again and again: how often in each class of durations, and all of it together.
package struct DurationHistogram: Sendable, Equatable {
  /// The longest duration of each class, in milliseconds, ascending; one more class takes what is longer.
  package static let boundsMilliseconds: [UInt64] = [
    1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000,
  ]

  /// Durations in each class.
  package private(set) var counts = [Int](repeating: 0, count: boundsMilliseconds.count + 1)
  /// All durations together.
  package private(set) var sumNanoseconds: UInt64 = 0

  package init() {}

  /// Takes one more duration.
  package mutating func record(nanoseconds: UInt64) {
    let place = Self.boundsMilliseconds.firstIndex { nanoseconds <= $0 * 1_000_000 }
    counts[place ?? Self.boundsMilliseconds.count] += 1
    sumNanoseconds &+= nanoseconds
  }

  /// Durations in all.
  package var count: Int { counts.reduce(0, +) }
}

extension DurationHistogram {
  /// A duration that a share of all, 0…1, does not pass, in seconds: interpolated inside its class as Prometheus does, the
  /// highest bound for what lies beyond. nil while there are none.
  package func quantileSeconds(_ share: Double) -> Double? {
    let all = count
    guard all > 0 else { return nil }
    let rank = share * Double(all)
    var below = 0
    for (place, count) in counts.enumerated() {
      if count > 0, Double(below + count) >= rank {
        guard place < Self.boundsMilliseconds.count else { break }
        let upper = Double(Self.boundsMilliseconds[place])
        let lower = place == 0 ? 0 : Double(Self.boundsMilliseconds[place - 1])
        let part = max(0, rank - Double(below)) / Double(count)
        return (lower + (upper - lower) * part) / 1_000
      }
      below += count
    }
    return Double(Self.boundsMilliseconds.last ?? 0) / 1_000
  }
}
