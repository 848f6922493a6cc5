package import ThermoclineCore

/// What the alert rules need to know of the past of every account of a partition: rows of plain
/// numbers, one after the other.
package struct AlertTable: ~Copyable, Sendable {
  /// One for each drop rule, in the policy's order, then the silence rule's.
  var rules = Slab<RuleMemory>()
  /// The last daily tick evaluated, in days since 1970-01-01; `Int32.min` before the first.
  var evaluated = Slab<Int32>()
  /// The last daily tick noted, in the same way.
  var noted = Slab<Int32>()
  let rulesCount: Int

  package init(_ plan: PolicyPlan) {
    rulesCount = plan.drops.count + (plan.silence == nil ? 0 : 1)
  }

  package var count: Int { evaluated.count }

  /// Bytes held.
  package var bytes: Int { rules.bytes + evaluated.bytes + noted.bytes }

  /// Adds accounts without a past.
  package mutating func extend(to count: Int) {
    let more = count - evaluated.count
    guard more > 0 else { return }
    evaluated.append(repeating: .min, count: more)
    noted.append(repeating: .min, count: more)
    rules.append(repeating: RuleMemory(), count: more * rulesCount)
  }

  /// Where each of the account's alerts stands.
  package func forEachPhase(of account: UInt32, _ body: (AlertLifeCycle.Phase) -> Void) {
    for rule in 0..<rulesCount { body(rules[Int(account) * rulesCount + rule].alert.shown) }
  }

  /// The account has no past any more.
  package mutating func reset(_ account: UInt32) {
    evaluated[account] = .min
    noted[account] = .min
    for rule in 0..<rulesCount { rules[Int(account) * rulesCount + rule] = RuleMemory() }
  }
}

/// What one rule needs to know of one account's past.
package struct RuleMemory: Sendable, Equatable, BitwiseCopyable {
  package var alert = TrackedAlert()
  package var level = LevelMemory()

  package init() {}
}

extension AlertTable {
  /// All rows, as they stand in memory.
  package func write(to state: inout StateWriter) {
    rules.write(to: &state)
    evaluated.write(to: &state)
    noted.write(to: &state)
  }

  package mutating func read(from state: inout StateReader) throws(StateError) {
    try rules.read(from: &state)
    try evaluated.read(from: &state)
    try noted.read(from: &state)
    guard rules.count == evaluated.count * rulesCount, noted.count == evaluated.count else {
      throw StateError("the rows of accounts are of another policy")
    }
  }
}
