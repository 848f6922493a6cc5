internal import ThermoclineCore

/// What an account's weeks were like, of those that ended four weeks ago or longer: half of it is
/// forgotten in 18 weeks. The four weeks since then are under test and say nothing of what is usual,
/// so a fall does not lower its own expectation before it had time to be found.
package struct LevelMemory: Sendable, Equatable, BitwiseCopyable {
  /// Σ weight × week, and Σ weight: weeks far off weigh less. 0 before the first.
  package var sum = 0.0
  package var weeks = 0.0
  /// Σ squared residual ÷ expected, each capped, and the weeks behind it.
  package var squares: Float = 0
  package var degrees: Float = 0

  /// Weeks under test.
  static let lag = 4
  /// What remains after a day; half of it after 18 weeks.
  private static let keptDaily = 1 - 1.0 / (7 * 26)
  /// The level has moved for good when four weeks all lie on one side of it by more than one standard
  /// deviation, and their mean by more than four of its own.
  private static let movedWeek = 1.0
  private static let movedMonth = 4.0

  package init() {}

  var isEmpty: Bool { weeks == 0 }
  /// Events of a week; not empty.
  var mean: Double { sum / weeks }

  /// Takes over what is known of an account seen for the first time: `past` is the week that ends now,
  /// then the weeks before, newest first, at least `lag` of them.
  mutating func begin(_ past: borrowing Slab<Double>, _ baseline: RobustBaseline) {
    squares = Float(baseline.squares)
    degrees = Float(baseline.degrees)
    for week in Self.lag..<past.count {
      let weight = baseline.weight(of: past[week])
      sum += weight * past[week]
      weeks += weight
    }
  }

  /// Takes a day on: a seventh of the week that ended four weeks ago.
  mutating func add(_ past: borrowing Slab<Double>, _ rule: FlatDropRule) {
    let (week, dispersion) = (past[Self.lag], dispersion(rule))
    let mean = mean
    let scale = max(mean, RobustBaseline.meanFloor)
    let weight = RobustBaseline.weight(
      distance: abs(week - mean) / (dispersion * scale).squareRoot())
    let square = (week - mean) * (week - mean) / scale / (1 + 1 / weeks)
    let capped = min(square, RobustBaseline.squareMax * dispersion)
    squares = squares * Float(Self.keptDaily) + Float(capped / 7)
    degrees = degrees * Float(Self.keptDaily) + 1 / 7
    sum = sum * Self.keptDaily + weight * week / 7
    weeks = weeks * Self.keptDaily + weight / 7
    restartIfMoved(past, dispersion)
  }

  private mutating func restartIfMoved(_ past: borrowing Slab<Double>, _ dispersion: Double) {
    let (first, last) = (Self.lag, Self.lag + 3)
    guard past.count > last else { return }
    let mean = mean
    let deviation = (dispersion * max(mean, RobustBaseline.meanFloor)).squareRoot()
    var (least, most, total) = (Double.infinity, -Double.infinity, 0.0)
    for week in first...last {
      let distance = (past[week] - mean) / deviation
      least = min(least, distance)
      most = max(most, distance)
      total += past[week]
    }
    guard least > Self.movedWeek || most < -Self.movedWeek else { return }
    let error = deviation * (0.25 + 1 / weeks).squareRoot()
    guard abs(total / 4 - mean) > Self.movedMonth * error else { return }
    sum = total
    weeks = 4
  }

  /// Variance ÷ mean, shrunk towards the rule's own prior; ≥ 1.
  func dispersion(_ rule: FlatDropRule) -> Double {
    max(
      1,
      (rule.priorDegrees * rule.priorDispersion + Double(squares))
        / (rule.priorDegrees + Double(degrees)))
  }
}
