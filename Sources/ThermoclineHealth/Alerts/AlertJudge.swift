package import ThermoclineCore
package import ThermoclineWindows

/// Judges accounts once a day, at the final reading of midnight UTC, and keeps the life cycle of
/// their alerts: in two steps, for what the others did must be known first.
package struct AlertJudge: ~Copyable, Sendable {
  var drops = Slab<FlatDropRule>()
  var spans = Slab<FlatDropRule.Span>()
  /// Places of quantities: this week, then the weeks before, newest first, of all rules.
  var places = Slab<Int>()
  /// Places of the quantities that drive counts: user-days, then sessions, of all rules with causes.
  var drivers = Slab<Int>()
  private(set) var causesCount = 0
  let silence: SilencePlan?
  let silenceRule: SilenceRule?
  let timing: AlertTiming
  /// Names of the drop rules, then that of silence.
  private let names: [String]
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
    timing = AlertTiming(policy)
    names = plan.drops.map(\.name) + [SilenceRule.name]
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
          threshold: plan.threshold, isOfAll: plan.isOfAll,
          cause: plan.cause == nil ? -1 : causesCount, causeStart: drivers.count))
      if let cause = plan.cause {
        causesCount += 1
        for place in cause.audience + cause.sessions { drivers.append(place) }
      }
      for place in plan.weeks { places.append(place) }
      for span in rule.spans {
        spans.append(FlatDropRule.Span(weeks: span.weeks, effectMin: span.effectMin))
      }
    }
  }

  /// A day without accounts yet.
  package mutating func begin(_ day: EventTime) -> AlertDay {
    AlertDay(
      at: day, rows: rowsExpected, drops: drops.count, spans: spans.count, causes: causesCount)
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
  /// before gives none and changes nothing. `control`: what a person says of the account's alert of a rule.
  package mutating func judge(
    _ row: Int, of day: borrowing AlertDay, _ context: SegmentContext, _ table: inout AlertTable,
    control: (String) -> AlertControl? = { _ in nil }, _ say: (AlertChange) -> Void
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
      step(&table.rules[first + rule].alert, rule, finding, day.at, control, say)
    }
    if let silence, let silenceRule, !context.isOutage {
      let finding = judge(silence, silenceRule, day.rows[row], day.at, context)
      step(&table.rules[first + drops.count].alert, drops.count, finding, day.at, control, say)
    }
  }

  /// Takes an alert on by a tick.
  private func step(
    _ alert: inout TrackedAlert, _ rule: Int, _ finding: RuleFinding, _ at: EventTime,
    _ control: (String) -> AlertControl?, _ say: (AlertChange) -> Void
  ) {
    let name = names[rule]
    let step = alert.step(finding.finding, at: at, timing) { control(name) }
    if let step { say(AlertChange(rule: rule, step: step, finding: finding)) }
  }
}

/// A state change to publish, before it has names.
package struct AlertChange: Sendable {
  /// Place among the drop rules; their number = the silence rule.
  var rule: Int
  package var step: AlertStep
  var finding: RuleFinding
}

extension AlertChange {
  /// Puts a fall down to somebody or something that is gone, where most of it is missing since.
  package mutating func explain(by people: PeopleFinding, _ plan: PolicyPlan) {
    guard rule < plan.drops.count, finding.finding == .evidence,
      finding.cause?.verdict != .peersFellToo, let value = finding.value,
      let expected = finding.expected, expected > 0, let window = finding.window
    else { return }
    let fall = 1 - value / expected
    if let lost = people.lostUser, lost.explains(fall: fall, over: window) {
      finding.loss = Loss(verdict: .contactLost, name: lost.name)
    } else if plan.drops[rule].isOfAll, let lost = people.lostFeature,
      lost.explains(fall: fall, over: window)
    {
      // Features are counted among all events, so they say nothing of a count of some types.
      finding.loss = Loss(verdict: .featureAbandoned, name: lost.name)
    }
  }
}
