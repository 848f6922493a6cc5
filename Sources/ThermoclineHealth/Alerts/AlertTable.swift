internal import ThermoclineCore

/// What the alert rules need to know of the past of every account of a partition: rows of plain
/// numbers, one after the other.
package struct AlertTable: ~Copyable, Sendable {
  /// One for each drop rule, in the policy's order, then the silence rule's.
  var rules = Slab<RuleMemory>()
  /// The last daily tick evaluated, in days since 1970-01-01; `Int32.min` before the first.
  var evaluated = Slab<Int32>()
  let rulesCount: Int

  package init(_ plan: PolicyPlan) {
    rulesCount = plan.drops.count + (plan.silence == nil ? 0 : 1)
  }

  package var count: Int { evaluated.count }

  /// Bytes held.
  package var bytes: Int { rules.bytes + evaluated.bytes }

  /// Adds accounts without a past.
  package mutating func extend(to count: Int) {
    let more = count - evaluated.count
    guard more > 0 else { return }
    evaluated.append(repeating: .min, count: more)
    rules.append(repeating: RuleMemory(), count: more * rulesCount)
  }

  /// The account has no past any more.
  package mutating func reset(_ account: UInt32) {
    evaluated[account] = .min
    for rule in 0..<rulesCount { rules[Int(account) * rulesCount + rule] = RuleMemory() }
  }
}

/// What one rule needs to know of one account's past.
package struct RuleMemory: Sendable, Equatable, BitwiseCopyable {
  package var lifeCycle: AlertLifeCycle
  package var dispersion: DispersionMemory

  package init(
    lifeCycle: AlertLifeCycle = AlertLifeCycle(), dispersion: DispersionMemory = DispersionMemory()
  ) {
    self.lifeCycle = lifeCycle
    self.dispersion = dispersion
  }
}

/// How much an account's weeks have scattered about what was expected of them, over the last half
/// year or so: eight weeks alone tell a dispersion of 3 from one of 8 only badly.
package struct DispersionMemory: Sendable, Equatable, BitwiseCopyable {
  /// Σ squared residual ÷ expected, each capped.
  package var squares: Float
  /// Weeks of evidence in `squares`; 0 before the first.
  package var degrees: Float

  package init(squares: Float = 0, degrees: Float = 0) {
    self.squares = squares
    self.degrees = degrees
  }

  /// What remains of the memory after a day; half of it after 18 weeks.
  static let keptDaily: Float = 1 - 1 / (7 * 26)

  /// Variance ÷ mean, shrunk towards the rule's prior; ≥ 1.
  func dispersion(_ rule: FlatDropRule) -> Double {
    max(
      1,
      (rule.priorDegrees * rule.priorDispersion + Double(squares))
        / (rule.priorDegrees + Double(degrees)))
  }

  /// Adds a seventh of a week's evidence: `square` is that of the week which ends today.
  mutating func add(square: Double) {
    squares = squares * Self.keptDaily + Float(square / 7)
    degrees = degrees * Self.keptDaily + 1 / 7
  }
}
