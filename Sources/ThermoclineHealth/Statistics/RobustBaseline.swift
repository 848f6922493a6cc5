internal import ThermoclineCore

/// What an account's past weeks let expect of a week, and how much its weeks scatter.
///
/// The centre starts at the median and is then a mean in which a week further than 2.5 standard
/// deviations off counts less, by the square of its distance: nearly as sharp as the mean on quiet
/// weeks, and one or two odd weeks (a holiday, the beginning of a fall) hardly move it.
struct RobustBaseline: Equatable {
  /// Expected events of a week; ≥ 0.
  private(set) var mean: Double
  /// Σ (week − mean)² ÷ mean, each term capped.
  private(set) var squares: Double
  /// Weeks − 1.
  private(set) var degrees: Double
  /// Variance ÷ mean, shrunk towards the prior; ≥ 1.
  private(set) var dispersion: Double

  static let outlier = 2.5
  /// Squared residuals count at most this many times the dispersion.
  static let squareMax = 9.0
  /// A mean is taken as at least this, so that residuals of all-zero weeks are finite.
  static let meanFloor = 0.5

  /// Weeks in ascending order, at least one.
  init(_ sorted: borrowing Slab<Double>, priorDispersion: Double, priorDegrees: Double) {
    let n = sorted.count
    mean = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2
    degrees = Double(n - 1)
    squares = 0
    dispersion = priorDispersion
    for _ in 0..<2 {
      let scale = max(mean, Self.meanFloor)
      squares = 0
      for i in 0..<n {
        let distance = sorted[i] - mean
        squares += min(distance * distance / scale, Self.squareMax * dispersion)
      }
      dispersion = max(1, (priorDegrees * priorDispersion + squares) / (priorDegrees + degrees))
      var (sum, weight) = (0.0, 0.0)
      for i in 0..<n {
        let w = self.weight(of: sorted[i])
        sum += w * sorted[i]
        weight += w
      }
      mean = sum / weight
    }
  }

  /// How much a week counts, above 0 to 1.
  func weight(of week: Double) -> Double {
    let scale = max(mean, Self.meanFloor)
    return Self.weight(distance: abs(week - mean) / (dispersion * scale).squareRoot())
  }

  /// How much a week so many standard deviations off counts, above 0 to 1.
  static func weight(distance: Double) -> Double {
    distance <= outlier ? 1 : (outlier / distance) * (outlier / distance)
  }
}
