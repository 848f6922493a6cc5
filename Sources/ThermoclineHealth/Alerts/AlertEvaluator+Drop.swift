internal import ThermoclineCore
internal import ThermoclineWindows

extension AlertEvaluator {
  /// This week and the account's whole weeks before, newest first; nil = not enough data.
  func weeks(_ rule: Int, _ reading: WindowReading) -> [Double]? {
    let drop = plan.policy.alerts.drops[rule]
    let known = reading.baselineWeeks(most: drop.weeks, window: .days(7), step: .days(7))
    guard known >= drop.weeksMin else { return nil }
    return plan.drops[rule].weeks[...known].map { Double(reading.values[$0]) }
  }

  /// What the weeks before the newest `skipping` let expect.
  func baseline(_ weeks: [Double], _ rule: Int, skipping: Int) -> RobustBaseline {
    let drop = plan.policy.alerts.drops[rule]
    return RobustBaseline(
      weeks[skipping...], priorDispersion: drop.priorDispersion, priorDegrees: drop.priorDegrees)
  }

  /// What one drop rule finds; adds this week to what is known of the account's scatter.
  func judge(
    _ rule: Int, _ reading: WindowReading, _ context: SegmentContext?,
    _ memory: inout DispersionMemory, _ lifeCycle: AlertLifeCycle
  ) -> RuleFinding {
    let drop = plan.policy.alerts.drops[rule]
    guard let weeks = weeks(rule, reading) else { return RuleFinding(.neither) }
    let factor = context?.factor(rule: rule) ?? 1
    let baseline = baseline(weeks, rule, skipping: 1)
    if memory.degrees == 0 {
      memory = DispersionMemory(
        squares: Float(baseline.squares), degrees: Float(baseline.degrees))
    }
    let dispersion = memory.dispersion(drop)
    let degrees = drop.priorDegrees + Double(memory.degrees)
    var findings = RuleFinding(.neither)
    findings.value = weeks[0]
    findings.expected = baseline.mean * factor
    findings.window = .days(7)
    for (i, span) in drop.spans.enumerated() where weeks.count - span.weeks >= drop.weeksMin {
      let week = span.weeks == 1 ? baseline : self.baseline(weeks, rule, skipping: span.weeks)
      let value = weeks[..<span.weeks].reduce(0, +)
      // The peers' fall is known of this week only.
      let expected = week.mean * (Double(span.weeks - 1) + factor)
      guard expected >= drop.volumeMin, value <= expected * (1 - span.effectMin) else { continue }
      let p = DropTest.p(
        value: value, expected: expected, dispersion: dispersion, degrees: degrees,
        weeks: span.weeks, baseline: weeks.count - span.weeks)
      guard p < plan.drops[rule].thresholds[i] else { continue }
      findings = RuleFinding(.evidence)
      findings.value = value
      findings.expected = expected
      findings.confidence = 1 - p
      findings.window = .days(7 * Int64(span.weeks))
      break
    }
    remember(weeks[0], baseline, factor, dispersion, weeks.count, lifeCycle, &memory)
    let isClear =
      baseline.mean * factor >= 1 && weeks[0] >= baseline.mean * factor * (1 - drop.clearLevel)
    if findings.finding != .evidence, isClear { findings.finding = .clear }
    return findings
  }

  /// A week in a fall says nothing of how ordinary weeks scatter.
  private func remember(
    _ value: Double, _ baseline: RobustBaseline, _ factor: Double, _ dispersion: Double,
    _ weeks: Int, _ lifeCycle: AlertLifeCycle, _ memory: inout DispersionMemory
  ) {
    guard lifeCycle.phase == .quiet else { return }
    let expected = max(baseline.mean * factor, RobustBaseline.meanFloor)
    let widening = 1 + DropTest.centreCost / Double(weeks - 1)
    let square = (value - expected) * (value - expected) / (expected * widening)
    memory.add(square: min(square, RobustBaseline.squareMax * dispersion))
  }
}
