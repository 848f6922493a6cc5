package import ThermoclineCore

/// Where the alerts about people stand, for every account of a partition.
package struct PeopleTable: ~Copyable, Sendable {
  private var alerts = Slab<TrackedAlert>(capacity: 1)
  private let rules: [PeopleRule]
  private let timing: AlertTiming

  package init(_ plan: PolicyPlan) {
    let policy = plan.policy.alerts
    timing = AlertTiming(policy)
    var rules: [PeopleRule] = []
    if policy.keyContact != nil { rules += [.contactSilent, .contactChanged] }
    if policy.singleUser != nil { rules.append(.singleUser) }
    if policy.feature != nil { rules.append(.featureAbandoned) }
    self.rules = rules
  }

  /// Bytes held.
  package var bytes: Int { alerts.bytes }

  /// Adds accounts without a past.
  package mutating func extend(to count: Int) {
    let more = count * rules.count - alerts.count
    if more > 0 { alerts.append(repeating: TrackedAlert(), count: more) }
  }

  /// Where each of the account's alerts stands.
  package func forEachPhase(of account: UInt32, _ body: (AlertLifeCycle.Phase) -> Void) {
    for i in 0..<rules.count { body(alerts[Int(account) * rules.count + i].shown) }
  }

  /// The account has no past any more.
  package mutating func reset(_ account: UInt32) {
    for i in 0..<rules.count { alerts[Int(account) * rules.count + i] = TrackedAlert() }
  }

  /// Judges the account that comes next in its day, if it was looked at: on days without an event of it nothing
  /// changes. The state changes are said in the order of the rules.
  package mutating func judge(
    _ account: UInt32, of day: inout PeopleDay, at: EventTime,
    control: (String) -> AlertControl? = { _ in nil }, _ say: (PeopleChange) -> Void
  ) {
    guard let place = day.take(account) else { return }
    let row = day.rows[place]
    guard row.isJudged else { return }
    for (i, rule) in rules.enumerated() {
      let finding = row.finding(rule)
      let step = alerts[Int(account) * rules.count + i].step(finding, at: at, timing) {
        control(rule.name)
      }
      guard let step else { continue }
      let isShown = finding == .evidence && row.details != noNode
      say(
        PeopleChange(
          rule: rule, step: step, evidence: isShown ? day.details[Int(row.details)] : nil))
    }
  }
}

/// A state change of an alert about people, before it has names.
package struct PeopleChange: Sendable {
  package var rule: PeopleRule
  package var step: AlertStep
  /// nil unless there was evidence.
  package var evidence: PeopleFinding?
}

extension PeopleTable {
  /// All rows, as they stand in memory.
  package func write(to state: inout StateWriter) {
    alerts.write(to: &state)
  }

  package mutating func read(from state: inout StateReader) throws(StateError) {
    try alerts.read(from: &state)
    guard rules.isEmpty || alerts.count % rules.count == 0 else {
      throw StateError("the rows of accounts are of another policy")
    }
  }
}
