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
  private let falseShare: Double
  private let outageLevel: Double?
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
    falseShare = policy.falseShare
    outageLevel = policy.outage?.level
    for (rule, plan) in zip(policy.drops, plan.drops) {
      drops.append(
        FlatDropRule(
          weeksStart: places.count, weeks: rule.weeks, spansStart: spans.count,
          spansCount: rule.spans.count, day: plan.day, weeksMin: rule.weeksMin,
          volumeMin: rule.volumeMin, clearLevel: rule.clearLevel,
          priorDispersion: rule.priorDispersion, priorDegrees: rule.priorDegrees,
          threshold: plan.threshold, isOfAll: plan.isOfAll))
      for place in plan.weeks { places.append(place) }
      for span in rule.spans {
        spans.append(FlatDropRule.Span(weeks: span.weeks, effectMin: span.effectMin))
      }
    }
  }

  package var dropsCount: Int { drops.count }

  /// A day without accounts yet.
  package mutating func begin(_ day: EventTime) -> AlertDay {
    AlertDay(at: day, rows: rowsExpected, drops: drops.count, spans: spans.count)
  }

  /// The day has all its accounts.
  package mutating func end(_ day: borrowing AlertDay) {
    rowsExpected = max(16, day.count + day.count / 16)
  }

  /// Whether rules look at this reading at all.
  package func isJudged(_ reading: borrowing WindowReading) -> Bool {
    reading.isFinal && reading.at.floor(to: .days(1)) == reading.at
  }

  /// Notes what the rules need of an account's reading at midnight, and adds it to the account's past.
  /// `generation`: which of the accounts that had this number it is.
  package mutating func note(
    _ account: UInt32, generation: UInt16 = 0, _ reading: borrowing WindowReading,
    in day: inout AlertDay, _ table: inout AlertTable
  ) {
    precondition(reading.values.count == quantitiesCount && isJudged(reading))
    day.rows.append(
      AlertDay.Row(
        firstEvent: reading.firstEvent, lastEvent: reading.lastEvent, account: account,
        activeDays: silence.map { UInt16(clamping: reading.values[$0.activeDays]) } ?? 0,
        generation: generation))
    let today = Int32(reading.at.milliseconds / 86_400_000)
    let isNew = today > table.noted[account]
    if isNew { table.noted[account] = today }
    let first = Int(account) * table.rulesCount
    for rule in 0..<drops.count {
      var level = table.rules[first + rule].level
      note(drops[rule], reading, &level, in: &day)
      if isNew { table.rules[first + rule].level = level }
    }
  }

  /// An empty part for the day's evidence.
  package func evidence() -> AlertEvidence {
    AlertEvidence(
      rules: (0..<drops.count).map { drops[$0] }, spans: (0..<spans.count).map { spans[$0] },
      falseShare: falseShare, outageLevel: outageLevel)
  }

  /// Adds to a partition's evidence what an account of a segment (by its place) came to on a day.
  package func tell(
    _ row: Int, of day: borrowing AlertDay, segment: Int, _ evidence: inout AlertEvidence
  ) {
    for rule in 0..<drops.count {
      let first = row * spans.count + drops[rule].spansStart
      evidence.add(
        day.drops[row * drops.count + rule], rule: rule, segment: segment,
        spans: (0..<drops[rule].spansCount).map { day.spans[first + $0] })
    }
  }

  /// The state changes of an account on a day, in the order of the rules. A day that was judged
  /// before gives none and changes nothing.
  package mutating func judge(
    _ row: Int, of day: borrowing AlertDay, _ context: SegmentContext, _ table: inout AlertTable,
    _ say: (AlertChange) -> Void
  ) {
    let account = day.rows[row].account
    let today = Int32(day.at.milliseconds / 86_400_000)
    guard today > table.evaluated[account] else { return }
    table.evaluated[account] = today
    let first = Int(account) * table.rulesCount
    for rule in 0..<drops.count {
      let known = rule < context.rules.count ? context.rules[rule] : .none
      if known.isHeld { continue }
      let finding = judge(rule, row, day, known)
      step(&table.rules[first + rule].lifeCycle, rule, finding, day.at, say)
    }
    if let silence, let silenceRule, !context.isOutage {
      let finding = judge(silence, silenceRule, day.rows[row], day.at, context)
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
