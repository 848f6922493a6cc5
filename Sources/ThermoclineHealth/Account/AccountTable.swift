package import ThermoclineCore

/// Where the alerts about accounts as a whole stand, and what their rules remember, for every account of a
/// partition.
package struct AccountTable: ~Copyable, Sendable {
  package var memories = Slab<AccountMemory>(capacity: 1)
  private var alerts = Slab<TrackedAlert>(capacity: 1)
  private let rules: [AccountRule]
  private let timing: AlertTiming

  package init(_ plan: PolicyPlan) {
    rules = plan.account.rules
    timing = AlertTiming(plan.policy.alerts)
  }

  /// Bytes held.
  package var bytes: Int { memories.bytes + alerts.bytes }

  /// Adds accounts without a past.
  package mutating func extend(to count: Int) {
    let more = count - memories.count
    guard more > 0 else { return }
    memories.append(repeating: AccountMemory(), count: more)
    alerts.append(repeating: TrackedAlert(), count: more * rules.count)
  }

  /// What consumers were told last of each of the account's alerts.
  package func forEachPhase(of account: UInt32, _ body: (AlertLifeCycle.Phase) -> Void) {
    for i in 0..<rules.count { body(alerts[Int(account) * rules.count + i].shown) }
  }

  /// The account has no past any more.
  package mutating func reset(_ account: UInt32) {
    memories[account] = AccountMemory()
    for i in 0..<rules.count { alerts[Int(account) * rules.count + i] = TrackedAlert() }
  }

  /// What scores left behind is of another policy.
  package mutating func forgetScores() {
    for account in 0..<memories.count { memories[account].forgetScores() }
  }

  /// The state changes of an account on a day, in the order of the rules. `row`: its place in the day.
  package mutating func judge(
    _ account: UInt32, _ row: Int, of day: borrowing AccountDay, at: EventTime,
    _ judge: AccountJudge, _ context: SegmentContext,
    control: (String) -> AlertControl? = { _ in nil }, _ say: (AccountChange) -> Void
  ) {
    // On a day without its events a score says nothing.
    if context.isOutage { return }
    let row = day.rows[row]
    for (i, rule) in rules.enumerated() {
      var (finding, confidence) = (row[rule], Double?.none)
      if rule == .suddenStop, let stop = judge.plan.stop {
        (finding, confidence) = judge.stop(stop, row, lost: context.outageDays)
      }
      let step = alerts[Int(account) * rules.count + i].step(finding, at: at, timing) {
        control(rule.name)
      }
      if let step { say(AccountChange(rule: rule, step: step, row: row, confidence: confidence)) }
    }
  }
}

/// A state change of an alert about an account as a whole, before it has names.
package struct AccountChange: Sendable {
  package var rule: AccountRule
  package var step: AlertStep
  var row: AccountDay.Row
  var confidence: Double?
}

extension AccountTable {
  /// All rows, as they stand in memory.
  package func write(to state: inout StateWriter) {
    memories.write(to: &state)
    alerts.write(to: &state)
  }

  package mutating func read(from state: inout StateReader) throws(StateError) {
    try memories.read(from: &state)
    try alerts.read(from: &state)
    guard alerts.count == memories.count * rules.count else {
      throw StateError("the rows of accounts are of another policy")
    }
  }
}
