import RealModule
internal import ThermoclineCore
internal import ThermoclineWindows

/// Values and sub-scores.
extension ScoreSheet {
  /// All measures of a reading, before weights.
  mutating func judge(_ reading: borrowing WindowReading, _ seats: Int) {
    let values = reading.values.span
    let age = age
    let day = TimeSpan.days(1)
    let life = (at.floor(to: day) - firstEvent.floor(to: day)).milliseconds
    for i in 0..<lines.count {
      lines[i] = SheetLine()
      if let value = value(i, values, seats) {
        lines[i].value = value
        lines[i].hasValue = true
      }
    }
    for i in 0..<lines.count {
      if case .ratio(let over, let under) = measures[first &+ i].source, lines[over].hasValue,
        lines[under].hasValue, lines[under].value != 0
      {
        lines[i].value = lines[over].value / lines[under].value
        lines[i].hasValue = true
      }
      if lines[i].hasValue {
        judge(i, lines[i].value, values, age: age, life: life)
      } else {
        assume(i, values, age: age, life: life)
      }
    }
  }

  /// Sub-score of a measure for its value.
  @inline(__always) private mutating func judge(
    _ i: Int, _ value: Double, _ values: Span<Int64>, age: Double, life: Int64
  ) {
    if measures[first &+ i].isBaseline {
      guard let expected = expected(i, values, life) else { return }
      lines[i].expected = expected
      lines[i].hasExpected = true
      // Nothing where nothing was expected is silence, which is no good sign; something has no ratio.
      guard expected > 0 || value <= 0 && !measures[first &+ i].isGoodInSilence else { return }
      lines[i].subscore = tenThousandths(curve(i, at: expected > 0 ? value / expected : 0))
    } else if measures[first &+ i].peer >= 0 {
      judge(i, among: measures[first &+ i].peer, wholeWindow(value, i, age))
    } else {
      lines[i].expected = measures[first &+ i].best
      lines[i].hasExpected = true
      lines[i].subscore = tenThousandths(curve(i, at: wholeWindow(value, i, age)))
    }
  }

  /// Sub-score of a measure that has no data, where the policy puts something in its place.
  private mutating func assume(_ i: Int, _ values: Span<Int64>, age: Double, life: Int64) {
    let peer = measures[first &+ i].peer
    switch measures[first &+ i].missing {
    case .absent: return
    case .zero: if !isTooQuiet(i) { judge(i, 0, values, age: age, life: life) }
    case .one: judge(i, 1, values, age: age, life: life)
    case .worst:
      // Who has no peers to be compared with is not the worst of them.
      if peer < 0 || yardsticks[peer] != nil {
        lines[i].subscore = tenThousandths(measures[first &+ i].worst)
      }
    }
    lines[i].isAssumed = lines[i].subscore != noPoints
  }

  /// Whether nothing at all happened in the window of what is good in silence.
  @inline(__always) private func isTooQuiet(_ i: Int) -> Bool {
    measures[first &+ i].isGoodInSilence
      && silence.map { $0.milliseconds >= measures[first &+ i].window } ?? true
  }

  /// nil for a measure that is absent, and for a ratio, which needs other measures first.
  @inline(__always) private func value(_ i: Int, _ values: Span<Int64>, _ seats: Int) -> Double? {
    if isTooQuiet(i) { return nil }
    let seen = measures[first &+ i].seen
    if seen >= 0, values[seen] == 0 { return nil }
    switch measures[first &+ i].source {
    case .quantity(let place):
      let activity = measures[first &+ i].activity
      if activity >= 0, values[place] == 0, values[activity] > 0 { return nil }
      return Double(values[place])
    case .sum(let i): return Double(values[i]) / 1_000_000
    case .mean(let sum, let count):
      return values[count] > 0 ? Double(values[sum]) / 1_000_000 / Double(values[count]) : nil
    case .last(let value, let count):
      return values[count] > 0 ? Double(values[value]) / 1_000_000 : nil
    case .share(let part, let whole):
      return values[whole] > 0 ? Double(values[part]) / Double(values[whole]) : nil
    case .stickiness(let userDays, let users, let days):
      return values[users] > 0 ? Double(values[userDays]) / days / Double(values[users]) : nil
    case .seats: return seats > 0 ? Double(seats) : nil
    case .recency: return silence.map { $0.days }
    case .ratio: return nil
    }
  }

  /// Days since the first event, at least a week.
  var age: Double { max(7, (at - firstEvent).days.rounded(.up)) }

  /// The value of a young account's part of the window, brought to the whole window. An account of
  /// a day is taken as one of a week, so that a first busy day is not taken for a habit.
  func wholeWindow(_ value: Double, _ i: Int, _ age: Double) -> Double {
    let whole = measures[first &+ i].wholeDays
    guard whole > 0, silence != nil else { return value }
    guard age < whole else { return value }
    let halfLife = measures[first &+ i].halfLifeDays
    guard halfLife > 0 else { return value * whole / age }
    // ∫2^(−t/halfLife) over the whole window and over the account's age: what an even stream of events comes to.
    return value * (1 - Double.exp2(-whole / halfLife)) / (1 - Double.exp2(-age / halfLife))
  }

  /// Median of the measure's past windows within the account's life of `life` milliseconds, days
  /// whole; nil with fewer than `weeksMin`.
  private mutating func expected(_ i: Int, _ values: Span<Int64>, _ life: Int64) -> Double? {
    let measure = measures[first &+ i]
    let past = (life - measure.window) / measure.step
    let weeks = silence == nil ? 0 : max(0, min(measure.baseline.count, Int(past)))
    guard weeks >= measure.weeksMin else { return nil }
    // Insertion: at most `PolicyLimits.baselineWeeksMax` numbers.
    for k in 0..<weeks {
      let value = values[places[measure.baseline.start &+ k]]
      var hole = k
      while hole > 0, recent[hole &- 1] > value {
        recent[hole] = recent[hole &- 1]
        hole &-= 1
      }
      recent[hole] = value
    }
    return (Double(recent[(weeks - 1) / 2]) + Double(recent[weeks / 2])) / 2 / measure.unit
  }

  /// `ControlPoints.callAsFunction`, on the sheet's own lists.
  @inline(__always) func curve(_ i: Int, at value: Double) -> Double {
    let (start, count) = (measures[first &+ i].curve.start, measures[first &+ i].curve.count)
    var above = 0
    while above < count, curveX[start &+ above] <= value { above &+= 1 }
    if above == 0 { return curveY[start] }
    if above == count { return curveY[start &+ above &- 1] }
    let (x0, x1) = (curveX[start &+ above &- 1], curveX[start &+ above])
    let (y0, y1) = (curveY[start &+ above &- 1], curveY[start &+ above])
    let result = y0 + (y1 - y0) * ((value - x0) / (x1 - x0))
    return min(max(result, min(y0, y1)), max(y0, y1))
  }
}

extension ScoreSheet {
  /// The nearest ten-thousandth of 0…100 points, ties to even: adding and taking away 1.5 × 2⁵²
  /// leaves a double of this size no bits below the unit, and the hardware rounds as `Points` does.
  @inline(__always) func tenThousandths(_ points: Double) -> Int32 {
    let shift = 6_755_399_441_055_744.0
    return Int32(truncatingIfNeeded: Int64(points * 10_000 + shift - shift))
  }
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
