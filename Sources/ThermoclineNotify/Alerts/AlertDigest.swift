package import ThermoclineCore

/// Many alerts put together: by rule, and by account.
package struct AlertDigest: Sendable {
  /// The alerts of one rule, or of one account.
  package struct Group: Sendable, Equatable {
    /// The rule's or the account's name.
    package var name: String
    /// The most severe one of its alerts.
    package var severity: Severity
    package var alerts = 0
    /// Different rules, or accounts, in order.
    package var members: [String] = []
    /// Revenue a month of the account, or of all of the rule's accounts.
    package var revenue = 0.0
    /// Alerts that nobody acknowledged.
    package var open = 0
  }

  /// The most frequent first.
  package let rules: [Group]
  /// The most severe first, then the one with the largest revenue. Alerts without an account are of all.
  package let accounts: [Group]

  /// Puts the alerts that stand together.
  package init(_ alerts: [HealthAlert]) {
    rules = Self.groups(alerts, \.rule, members: \.account).sorted {
      ($1.alerts, $0.name) < ($0.alerts, $1.name)
    }
    accounts = Self.groups(alerts, \.account, members: \.rule).sorted {
      ($0.severity.weight, $1.revenue, $0.name)
        < ($1.severity.weight, $0.revenue, $1.name)
    }
  }

  private static func groups(
    _ alerts: [HealthAlert], _ name: KeyPath<HealthAlert, String>,
    members: KeyPath<HealthAlert, String>
  ) -> [Group] {
    Dictionary(grouping: alerts) { $0[keyPath: name] }.map { name, alerts in
      let severity = alerts.map(\.severity).min { $0.weight < $1.weight } ?? .info
      var revenues: [String: Double] = [:]
      for alert in alerts { revenues[alert.account] = alert.revenue }
      return Group(
        name: name, severity: severity, alerts: alerts.count,
        members: Set(alerts.map { $0[keyPath: members] }).sorted(),
        revenue: revenues.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value },
        open: alerts.count { $0.control == nil })
    }
  }
}
