package import ThermoclineCore
package import ThermoclineWindows

/// Judges accounts once a day, at the final reading of midnight UTC, and keeps the life cycle of
/// their alerts.
package struct AlertEvaluator: Sendable {
  package let plan: PolicyPlan
  let policyName: String

  package init(_ plan: PolicyPlan) {
    self.plan = plan
    policyName = plan.policy.identifier
  }

  /// The state changes of this tick, in the order of the rules. Early readings, readings that are
  /// not of midnight and ticks already evaluated give none and change nothing, as does a suspected
  /// outage.
  package func evaluate(
    account: String, reading: WindowReading, profile: AccountProfile = AccountProfile(),
    score: HealthScore? = nil, context: SegmentContext? = nil, memory: inout AlertMemory
  ) -> [HealthAlert] {
    precondition(reading.values.count == plan.quantities.count)
    guard isEvaluated(reading), reading.at > memory.evaluatedAt else { return [] }
    if context?.isOutageSuspected == true { return [] }
    memory.evaluatedAt = reading.at
    if memory.rules.isEmpty {
      memory.rules = [RuleMemory](
        repeating: RuleMemory(), count: plan.drops.count + (plan.silence == nil ? 0 : 1))
    }
    let subject = AlertSubject(account: account, profile: profile, reading: reading, score: score)
    var alerts: [HealthAlert] = []
    for i in plan.drops.indices {
      let finding = judge(
        i, reading, context, &memory.rules[i].dispersion, memory.rules[i].lifeCycle)
      step(&memory.rules[i].lifeCycle, plan.drops[i].name, finding, subject, &alerts)
    }
    if let silence = plan.silence, let rule = plan.policy.alerts.silence {
      let finding = judge(silence, rule, reading)
      step(&memory.rules[plan.drops.count].lifeCycle, "silence", finding, subject, &alerts)
    }
    return alerts
  }

  /// Whether rules look at this reading at all.
  package func isEvaluated(_ reading: WindowReading) -> Bool {
    reading.isFinal && reading.at.floor(to: .days(1)) == reading.at
  }

  /// The account's last week against its own weeks before, for the segment's median; nil without
  /// enough weeks or volume. `rule` counts the policy's drop rules from 0.
  package func ratio(_ reading: WindowReading, rule: Int = 0) -> DropReading? {
    guard let weeks = weeks(rule, reading) else { return nil }
    let expected = baseline(weeks, rule, skipping: 1).mean
    guard expected >= plan.policy.alerts.drops[rule].volumeMin else { return nil }
    return DropReading(value: weeks[0], expected: expected)
  }
}
