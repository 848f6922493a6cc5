package import ThermoclineCore

/// What the alert rules need to know of one account's past. Plain numbers, made to be stored.
package struct AlertMemory: Sendable, Equatable {
  /// One for each drop rule, in the policy's order, then the silence rule's; empty before the first
  /// evaluation.
  package var rules: [RuleMemory]
  /// The last daily tick evaluated; an evaluation at or before it does nothing.
  package var evaluatedAt: EventTime

  package init(rules: [RuleMemory] = [], evaluatedAt: EventTime = .distantPast) {
    self.rules = rules
    self.evaluatedAt = evaluatedAt
  }

  /// Whether any alert is pending, firing or recovering.
  package var isActive: Bool { rules.contains { $0.lifeCycle.phase != .quiet } }
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
  func dispersion(_ rule: DropRule) -> Double {
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
