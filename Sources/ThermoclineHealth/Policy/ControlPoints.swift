/// A piecewise-linear curve, constant before its first point and after its last.
package struct ControlPoints: Sendable, Equatable {
  /// Strictly ascending.
  package var x: [Double]
  /// Points of 0…100, one for each x, monotone.
  package var y: [Double]

  package init(_ points: [(Double, Double)]) {
    x = points.map(\.0)
    y = points.map(\.1)
  }

  /// The curve at `value`; 0…100.
  package func callAsFunction(_ value: Double) -> Double {
    var above = 0
    while above < x.count, x[above] <= value { above += 1 }
    if above == 0 { return y[0] }
    if above == x.count { return y[above - 1] }
    let (x0, x1, y0, y1) = (x[above - 1], x[above], y[above - 1], y[above])
    // Clamped, so that rounding cannot carry the result past the next point.
    let result = y0 + (y1 - y0) * ((value - x0) / (x1 - x0))
    return min(max(result, min(y0, y1)), max(y0, y1))
  }

  /// The least value at which a rising curve, or the greatest at which a falling one, is at its
  /// best.
  package var best: Double {
    y[0] < y[y.count - 1] ? x[y.firstIndex(of: y[y.count - 1])!] : x[y.lastIndex(of: y[0])!]
  }
}
