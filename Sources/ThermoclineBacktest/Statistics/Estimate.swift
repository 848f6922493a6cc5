/// A figure and the interval that holds 95 % of its bootstrap replicates.
package struct Estimate: Sendable, Equatable {
  /// NaN = not defined on these cases.
  package var value: Double
  /// NaN where fewer than half of the replicates define the figure.
  package var low: Double
  package var high: Double

  package init(value: Double, low: Double, high: Double) {
    self.value = value
    self.low = low
    self.high = high
  }

  /// `replicates` in any order; NaN ones are left out.
  package init(value: Double, replicates: [Double]) {
    let defined = replicates.filter { !$0.isNaN }.sorted()
    self.value = value
    guard !defined.isEmpty, defined.count * 2 >= replicates.count else {
      low = .nan
      high = .nan
      return
    }
    low = Self.quantile(0.025, of: defined)
    high = Self.quantile(0.975, of: defined)
  }

  /// Linear between the two nearest of ascending numbers (type 7 of Hyndman and Fan 1996,
  /// doi 10.1080/00031305.1996.10473566).
  static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let place = share * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
  }
}
