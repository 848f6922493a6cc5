/// What an account's past weeks let expect of a week, and how much its weeks scatter.
///
/// The centre starts at the median and is then a mean in which a week further than 2.5 standard
/// deviations off counts less, by the square of its distance: nearly as sharp as the mean on quiet
/// weeks, and one or two odd weeks (a holiday, the beginning of a fall) hardly move it.
package struct RobustBaseline: Sendable, Equatable {
  /// Expected events of a week; ≥ 0.
  package private(set) var mean: Double
  /// Σ (week − mean)² ÷ mean, each term capped.
  package private(set) var squares: Double
  /// Weeks − 1.
  package private(set) var degrees: Double
  /// Variance ÷ mean, shrunk towards the prior; ≥ 1.
  package private(set) var dispersion: Double

  static let outlier = 2.5
  /// Squared residuals count at most this many times the dispersion.
  static let squareMax = 16.0
  /// A mean is taken as at least this, so that residuals of all-zero weeks are finite.
  static let meanFloor = 0.5

  /// `weeks` is not empty.
  package init(_ weeks: some Collection<Double>, priorDispersion: Double, priorDegrees: Double) {
    let sorted = weeks.sorted()
    let n = sorted.count
    mean = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2
    degrees = Double(n - 1)
    squares = 0
    dispersion = priorDispersion
    for _ in 0..<2 {
      let scale = max(mean, Self.meanFloor)
      squares = sorted.reduce(0) {
        $0 + min(($1 - mean) * ($1 - mean) / scale, Self.squareMax * dispersion)
      }
      dispersion = max(
        1, (priorDegrees * priorDispersion + squares) / (priorDegrees + degrees))
      let deviation = (dispersion * scale).squareRoot()
      var (sum, weight) = (0.0, 0.0)
      for week in sorted {
        let distance = abs(week - mean) / deviation
        let w =
          distance <= Self.outlier ? 1 : (Self.outlier / distance) * (Self.outlier / distance)
        sum += w * week
        weight += w
      }
      mean = sum / weight
    }
  }
}
