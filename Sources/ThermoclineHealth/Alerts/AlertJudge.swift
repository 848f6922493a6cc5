package import ThermoclineCore
package import ThermoclineWindows

/// Judges accounts once a day, at the final reading of midnight UTC, and keeps the life cycle of
/// their alerts: in two steps, for what the others did must be known first.
package struct AlertJudge: ~Copyable, Sendable {
  var drops = Slab<FlatDropRule>()
  var spans = Slab<FlatDropRule.Span>()
  /// Places of quantities: this week, then the weeks before, newest first, of all rules.
  var places = Slab<Int>()
  let silence: SilencePlan?
  let silenceRule: SilenceRule?
  let fireTicks: Int
  let clearTicks: Int
  let coolDown: TimeSpan
  private let quantitiesCount: Int
  /// Spans of more than a week, of all rules.
  private(set) var longSpansCount = 0
  /// Accounts of the last day: as many are expected of the next.
  private var rowsExpected = 16

  // Scratch.
  var weeks = Slab<Double>(capacity: PolicyLimits.baselineWeeksMax + 1)
  var sorted = Slab<Double>(capacity: PolicyLimits.baselineWeeksMax + 1)

  package init(_ plan: PolicyPlan) {
    let policy = plan.policy.alerts
    silence = plan.silence
    silenceRule = policy.silence
    fireTicks = policy.fireTicks
    clearTicks = policy.clearTicks
    coolDown = policy.coolDown
    quantitiesCount = plan.quantities.count
    for (rule, plan) in zip(policy.drops, plan.drops) {
      drops.append(
        FlatDropRule(
          weeksStart: places.count, weeks: rule.weeks, spansStart: spans.count,
          spansCount: rule.spans.count, weeksMin: rule.weeksMin, volumeMin: rule.volumeMin,
          clearLevel: rule.clearLevel, priorDispersion: rule.priorDispersion,
          priorDegrees: rule.priorDegrees))
      for place in plan.weeks { places.append(place) }
      for (span, threshold) in zip(rule.spans, plan.thresholds) {
        if span.weeks > 1 { longSpansCount += 1 }
        spans.append(
          FlatDropRule.Span(
            weeks: span.weeks, effectMin: span.effectMin, threshold: threshold))
      }
    }
  }

  package var dropsCount: Int { drops.count }

  /// A day without accounts yet.
  package mutating func begin(_ day: EventTime) -> AlertDay {
    AlertDay(at: day, rows: rowsExpected, drops: drops.count, spans: longSpansCount)
  }

  /// The day has all its accounts.
  package mutating func end(_ day: borrowing AlertDay) {
    rowsExpected = max(16, day.count + day.count / 16)
  }

  /// Whether rules look at this reading at all.
  package func isJudged(_ reading: borrowing WindowReading) -> Bool {
    reading.isFinal && reading.at.floor(to: .days(1)) == reading.at
  }

  /// Notes what the rules need of an account's reading at midnight. `generation`: which of the accounts
  /// that had this number it is.
  package mutating func note(
    _ account: UInt32, generation: UInt16 = 0, _ reading: borrowing WindowReading,
    in day: inout AlertDay
  ) {
    precondition(reading.values.count == quantitiesCount && isJudged(reading))
    day.rows.append(
      AlertDay.Row(
        firstEvent: reading.firstEvent, lastEvent: reading.lastEvent, account: account,
        activeDays: silence.map { UInt16(clamping: reading.values[$0.activeDays]) } ?? 0,
        generation: generation))
    for i in 0..<drops.count { note(drops[i], reading, in: &day) }
  }

  /// What an account's last week came to under a drop rule, for the segment's median; nil without
  /// enough weeks or volume.
  package mutating func ratio(_ rule: Int, _ row: Int, of day: borrowing AlertDay) -> Double? {
    let drop = day.drops[row * drops.count + rule]
    guard drop.weeks > 0, drop.mean >= drops[rule].volumeMin else { return nil }
    return drop.value / drop.mean
  }

  /// The state changes of an account on a day, in the order of the rules. A day that was judged
  /// before gives none and changes nothing, as does a suspected outage.
  package mutating func judge(
    _ row: Int, of day: borrowing AlertDay, _ context: SegmentContext, _ table: inout AlertTable,
    _ say: (AlertChange) -> Void
  ) {
    let account = day.rows[row].account
    let today = Int32(day.at.milliseconds / 86_400_000)
    guard today > table.evaluated[account], !context.isOutageSuspected else { return }
    table.evaluated[account] = today
    let first = Int(account) * table.rulesCount
    for rule in 0..<drops.count {
      var memory = table.rules[first + rule]
      let finding = judge(rule, row, day, context.factor(rule: rule), &memory)
      step(&memory.lifeCycle, rule, finding, day.at, say)
      table.rules[first + rule] = memory
    }
    if let silence, let silenceRule {
      let finding = judge(silence, silenceRule, day.rows[row], day.at)
      step(&table.rules[first + drops.count].lifeCycle, drops.count, finding, day.at, say)
    }
  }

  /// Takes the life cycle on by a tick.
  private func step(
    _ lifeCycle: inout AlertLifeCycle, _ rule: Int, _ finding: RuleFinding, _ at: EventTime,
    _ say: (AlertChange) -> Void
  ) {
    let began = lifeCycle.since
    let action = lifeCycle.step(
      finding.finding, at: at, fireTicks: fireTicks, clearTicks: clearTicks, coolDown: coolDown)
    guard let state = action.state else { return }
    say(
      AlertChange(
        rule: rule, action: action, at: at,
        startsAt: state == .resolved ? began : lifeCycle.since, finding: finding))
  }
}

/// A state change to publish, before it has names.
package struct AlertChange: Sendable {
  /// Place among the drop rules; their number = the silence rule.
  var rule: Int
  var action: AlertLifeCycle.Action
  var at: EventTime
  var startsAt: EventTime
  var finding: RuleFinding
}
