internal import ThermoclineCore
internal import ThermoclineWindows

extension AlertJudge {
  /// Notes this week and what the account's whole weeks before let expect.
  mutating func note(
    _ rule: FlatDropRule, _ reading: borrowing WindowReading, in day: inout AlertDay
  ) {
    let known = reading.baselineWeeks(most: rule.weeks, window: .days(7), step: .days(7))
    let isEnough = known >= rule.weeksMin
    weeks.removeAll()
    if isEnough {
      for week in 0...known {
        weeks.append(Double(reading.values[places[rule.weeksStart + week]]))
      }
    }
    var drop = AlertDay.DropRow(weeks: Int32(weeks.count), value: 0, mean: 0, squares: 0)
    if isEnough {
      let baseline = baseline(rule, skipping: 1)
      drop.value = weeks[0]
      drop.mean = baseline.mean
      drop.squares = baseline.squares
    }
    day.drops.append(drop)
    for i in rule.spansStart..<(rule.spansStart + rule.spansCount) where spans[i].weeks > 1 {
      var span = AlertDay.SpanRow(value: 0, mean: 0)
      if weeks.count - spans[i].weeks >= rule.weeksMin {
        for week in 0..<spans[i].weeks { span.value += weeks[week] }
        span.mean = baseline(rule, skipping: spans[i].weeks).mean
      }
      day.spans.append(span)
    }
  }

  /// What the weeks before the newest `skipping` let expect.
  private mutating func baseline(_ rule: FlatDropRule, skipping: Int) -> RobustBaseline {
    sorted.removeAll()
    for week in skipping..<weeks.count {
      let value = weeks[week]
      sorted.append(value)
      var hole = sorted.count - 1
      while hole > 0, sorted[hole - 1] > value {
        sorted[hole] = sorted[hole - 1]
        hole -= 1
      }
      sorted[hole] = value
    }
    return RobustBaseline(
      sorted, priorDispersion: rule.priorDispersion, priorDegrees: rule.priorDegrees)
  }

  /// What one drop rule finds; adds this week to what is known of the account's scatter. `factor`:
  /// what the peers' share of the expected is.
  mutating func judge(
    _ rule: Int, _ row: Int, _ day: borrowing AlertDay, _ factor: Double,
    _ memory: inout RuleMemory
  ) -> RuleFinding {
    let drop = day.drops[row * drops.count + rule]
    guard drop.weeks > 0 else { return RuleFinding(.neither) }
    let flat = drops[rule]
    let count = Int(drop.weeks)
    if memory.dispersion.degrees == 0 {
      memory.dispersion = DispersionMemory(
        squares: Float(drop.squares), degrees: Float(Double(count - 2)))
    }
    let dispersion = memory.dispersion.dispersion(flat)
    let degrees = flat.priorDegrees + Double(memory.dispersion.degrees)
    var findings = RuleFinding(.neither)
    findings.value = drop.value
    findings.expected = drop.mean * factor
    findings.window = .days(7)
    var long = row * longSpansCount + longSpans(before: rule)
    for i in flat.spansStart..<(flat.spansStart + flat.spansCount) {
      let span = spans[i]
      var (value, mean) = (drop.value, drop.mean)
      if span.weeks > 1 {
        (value, mean) = (day.spans[long].value, day.spans[long].mean)
        long += 1
      }
      guard count - span.weeks >= flat.weeksMin else { continue }
      // The peers' fall is known of this week only.
      let expected = mean * (Double(span.weeks - 1) + factor)
      guard expected >= flat.volumeMin, value <= expected * (1 - span.effectMin) else { continue }
      let p = DropTest.p(
        value: value, expected: expected, dispersion: dispersion, degrees: degrees,
        weeks: span.weeks, baseline: count - span.weeks)
      guard p < span.threshold else { continue }
      findings = RuleFinding(.evidence)
      findings.value = value
      findings.expected = expected
      findings.confidence = 1 - p
      findings.window = .days(7 * Int64(span.weeks))
      break
    }
    remember(drop, factor, dispersion, &memory)
    let isClear =
      drop.mean * factor >= 1 && drop.value >= drop.mean * factor * (1 - flat.clearLevel)
    if findings.finding != .evidence, isClear { findings.finding = .clear }
    return findings
  }

  /// A week in a fall says nothing of how ordinary weeks scatter.
  private func remember(
    _ drop: AlertDay.DropRow, _ factor: Double, _ dispersion: Double, _ memory: inout RuleMemory
  ) {
    guard memory.lifeCycle.phase == .quiet else { return }
    let expected = max(drop.mean * factor, RobustBaseline.meanFloor)
    let widening = 1 + DropTest.centreCost / Double(drop.weeks - 1)
    let square = (drop.value - expected) * (drop.value - expected) / (expected * widening)
    memory.dispersion.add(square: min(square, RobustBaseline.squareMax * dispersion))
  }

  private func longSpans(before rule: Int) -> Int {
    var count = 0
    for i in 0..<drops[rule].spansStart where spans[i].weeks > 1 { count += 1 }
    return count
  }
}
