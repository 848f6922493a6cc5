import RealModule
internal import ThermoclineCore
internal import ThermoclineWindows

/// One measure of one reading before weights.
struct JudgedMeasure {
  /// nil = absent.
  var value: Double?
  var expected: Double?
  var subscore: Points?
}

extension ScoreEvaluator {
  /// Values and sub-scores of all measures, in the policy's order.
  func judge(_ reading: WindowReading, _ profile: AccountProfile) -> [JudgedMeasure] {
    var judged = plan.measures.map {
      JudgedMeasure(value: value($0, reading, profile), expected: nil, subscore: nil)
    }
    for (i, measure) in plan.measures.enumerated() {
      if case .ratio(let over, let under) = measure.source,
        let over = judged[over].value, let under = judged[under].value, under != 0
      {
        judged[i].value = over / under
      }
      if let value = judged[i].value { judge(&judged[i], value, i, reading) }
    }
    return judged
  }

  private func judge(
    _ judged: inout JudgedMeasure, _ value: Double, _ i: Int, _ reading: WindowReading
  ) {
    let measure = plan.measures[i]
    switch plan.policy.measures[i].normalisation {
    case .target(let points):
      judged.expected = points.best
      judged.subscore = Points(points(wholeWindow(value, measure, reading)))
    case .baseline(let points, _, let weeksMin):
      guard let expected = expected(i, weeksMin, reading) else { return }
      judged.expected = expected
      // Nothing where nothing was expected is silence; something has no ratio.
      guard expected > 0 || value <= 0 else { return }
      judged.subscore = Points(points(expected > 0 ? value / expected : 0))
    }
  }

  /// nil for a measure that is absent, and for a ratio, which needs other measures first.
  private func value(
    _ measure: MeasurePlan, _ reading: WindowReading, _ profile: AccountProfile
  ) -> Double? {
    let values = reading.values
    if !measure.seen.isEmpty, measure.seen.allSatisfy({ values[$0] == 0 }) { return nil }
    switch measure.source {
    case .quantity(let i): return Double(values[i])
    case .sum(let i): return Double(values[i]) / 1_000_000
    case .mean(let sum, let count):
      return values[count] > 0 ? Double(values[sum]) / 1_000_000 / Double(values[count]) : nil
    case .last(let value, let count):
      return values[count] > 0 ? Double(values[value]) / 1_000_000 : nil
    case .share(let part, let whole):
      return values[whole] > 0 ? Double(values[part]) / Double(values[whole]) : nil
    case .stickiness(let userDays, let users, let days):
      return values[users] > 0 ? Double(values[userDays]) / days / Double(values[users]) : nil
    case .seats: return profile.seats > 0 ? Double(profile.seats) : nil
    case .recency: return reading.silence.map { $0.days }
    case .ratio: return nil
    }
  }

  /// The value of a young account's part of the window, brought to the whole window. An account of
  /// a day is taken as one of a week, so that a first busy day is not taken for a habit.
  private func wholeWindow(
    _ value: Double, _ measure: MeasurePlan, _ reading: WindowReading
  ) -> Double {
    guard let whole = measure.wholeDays, reading.silence != nil else { return value }
    let age = max(7, (reading.at - reading.firstEvent).days.rounded(.up))
    guard age < whole else { return value }
    guard let halfLife = measure.halfLifeDays else { return value * whole / age }
    // ∫2^(−t/halfLife) over the whole window and over the account's age: what an even stream of events comes to.
    return value * (1 - Double.exp2(-whole / halfLife)) / (1 - Double.exp2(-age / halfLife))
  }

  /// Median of the measure's past windows within the account's life; nil with fewer than
  /// `weeksMin`.
  private func expected(_ i: Int, _ weeksMin: Int, _ reading: WindowReading) -> Double? {
    let measure = plan.measures[i]
    var unit = 1.0
    if case .sum = measure.source { unit = 1_000_000 }
    let policy = plan.policy.measures[i]
    let weeks = reading.baselineWeeks(
      most: measure.baseline.count, window: policy.window, step: policy.baselineStep)
    guard weeks >= weeksMin else { return nil }
    var sorted = measure.baseline[..<weeks].map { reading.values[$0] }
    sorted.sort()
    return (Double(sorted[(weeks - 1) / 2]) + Double(sorted[weeks / 2])) / 2 / unit
  }
}

extension [JudgedMeasure] {
  /// Whole days of silence, for the summary.
  func recency(_ reading: WindowReading) -> Int? { reading.silence.map { Int($0.days) } }
}

extension WindowReading {
  /// Since the newest event; nil for an account that never had one.
  var silence: TimeSpan? {
    lastEvent > .distantPast && firstEvent <= lastEvent ? max(at - lastEvent, .zero) : nil
  }

  /// How many past windows lie wholly within the account's life. The day of the first event counts
  /// whole.
  func baselineWeeks(most: Int, window: TimeSpan, step: TimeSpan) -> Int {
    guard silence != nil else { return 0 }
    let day = TimeSpan.days(1)
    let life = at.floor(to: day) - firstEvent.floor(to: day) - window
    return max(0, min(most, Int(life.milliseconds / step.milliseconds)))
  }
}
