package import ThermoclineCore

/// Where the alerts about people stand, for every account of a partition.
package struct PeopleTable: ~Copyable, Sendable {
  private var alerts = Slab<AlertLifeCycle>(capacity: 1)
  private let rules: [PeopleRule]
  private let policy: AlertPolicy

  package init(_ plan: PolicyPlan) {
    policy = plan.policy.alerts
    var rules: [PeopleRule] = []
    if policy.keyContact != nil { rules += [.contactSilent, .contactChanged] }
    if policy.singleUser != nil { rules.append(.singleUser) }
    self.rules = rules
  }

  /// Bytes held.
  package var bytes: Int { alerts.bytes }

  /// Adds accounts without a past.
  package mutating func extend(to count: Int) {
    let more = count * rules.count - alerts.count
    if more > 0 { alerts.append(repeating: AlertLifeCycle(), count: more) }
  }

  /// The account has no past any more.
  package mutating func reset(_ account: UInt32) {
    for i in 0..<rules.count { alerts[Int(account) * rules.count + i] = AlertLifeCycle() }
  }

  /// Judges the account that comes next in its day, if it was looked at: on days without an event of it nothing
  /// changes. The state changes are said in the order of the rules.
  package mutating func judge(
    _ account: UInt32, of day: inout PeopleDay, at: EventTime, _ say: (PeopleChange) -> Void
  ) {
    guard let place = day.take(account) else { return }
    let row = day.rows[place]
    for (i, rule) in rules.enumerated() {
      let place = Int(account) * rules.count + i
      let began = alerts[place].since
      let finding = row.finding(rule)
      let action = alerts[place].step(
        finding, at: at, fireTicks: policy.fireTicks, clearTicks: policy.clearTicks,
        coolDown: policy.coolDown)
      guard let state = action.state else { continue }
      let isShown = finding == .evidence && row.details != noNode
      say(
        PeopleChange(
          rule: rule, action: action, at: at,
          startsAt: state == .resolved ? began : alerts[place].since,
          evidence: isShown ? day.details[Int(row.details)] : nil))
    }
  }
}

/// A state change of an alert about people, before it has names.
package struct PeopleChange: Sendable {
  package var rule: PeopleRule
  package var action: AlertLifeCycle.Action
  package var at: EventTime
  package var startsAt: EventTime
  /// nil unless there was evidence.
  package var evidence: PeopleFinding?
}
