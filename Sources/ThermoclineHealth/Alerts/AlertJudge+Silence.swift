import RealModule
internal import ThermoclineCore

extension AlertJudge {
  /// What the silence rule finds. With `a` active among the `n` days known before the silence, the
  /// chance of s further days without an event is that of s failures in a row under a Beta(a + ½, n
  /// − a + ½) belief about the daily rate, s being shortened because days come in runs.
  func judge(
    _ plan: SilencePlan, _ rule: SilenceRule, _ row: AlertDay.Row, _ at: EventTime,
    _ context: SegmentContext
  ) -> RuleFinding {
    guard row.lastEvent > .distantPast, row.firstEvent <= row.lastEvent else {
      return RuleFinding(.neither)
    }
    let day = TimeSpan.days(1)
    let lastDay = row.lastEvent.floor(to: day)
    let passed = Int((at - lastDay).days) - 1
    // On days when events are lost nobody can be heard.
    let silent = passed - context.lostDays(ofLast: passed)
    guard silent >= rule.daysMin else { return RuleFinding(.clear) }
    let life = Int((lastDay - row.firstEvent.floor(to: day)).days) + 1
    let known = min(life, plan.days - passed)
    let active = Int(row.activeDays)
    var finding = RuleFinding(.neither)
    finding.value = 0
    finding.window = day * Int64(passed)
    guard known > 0, active >= rule.activeDaysMin else { return finding }
    let a = Double(min(active, known)) + 0.5
    let b = Double(known - min(active, known)) + 0.5
    let p = Self.chance(of: Double(silent) / rule.runLength, a, b)
    // Each gap between active days is one look, and there are at most as many gaps as active days.
    let gapsPerWeek = max(1, 7 * Double(active) / Double(known))
    finding.activeDays = active
    finding.knownDays = known
    finding.confidence = 1 - p
    if p < plan.rate / gapsPerWeek { finding.finding = .evidence }
    return finding
  }

  /// Γ(b + s) Γ(a + b) ÷ (Γ(b) Γ(a + b + s)).
  static func chance(of s: Double, _ a: Double, _ b: Double) -> Double {
    Double.exp(
      Double.logGamma(b + s) - Double.logGamma(b) + Double.logGamma(a + b)
        - Double.logGamma(a + b + s))
  }
}
