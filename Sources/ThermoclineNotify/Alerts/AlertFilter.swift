package import ThermoclineCore

/// Which alerts a sink is told of.
package struct AlertFilter: Sendable, Equatable {
  /// Less severe ones are not.
  package var severityMin: Severity
  /// Beginnings of rules' names; empty = every rule.
  package var rules: [String]

  package init(severityMin: Severity = .info, rules: [String] = []) {
    self.severityMin = severityMin
    self.rules = rules
  }

  package func admits(_ alert: HealthAlert) -> Bool {
    alert.severity.weight <= severityMin.weight
      && (rules.isEmpty || rules.contains { alert.rule.hasPrefix($0) })
  }
}
