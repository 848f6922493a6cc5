internal import ThermoclineCodec
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
      (Self.weight($0.severity), $1.revenue, $0.name)
        < (Self.weight($1.severity), $0.revenue, $1.name)
    }
  }

  private static func groups(
    _ alerts: [HealthAlert], _ name: KeyPath<HealthAlert, String>,
    members: KeyPath<HealthAlert, String>
  ) -> [Group] {
    Dictionary(grouping: alerts) { $0[keyPath: name] }.map { name, alerts in
      let severity = alerts.map(\.severity).min { weight($0) < weight($1) } ?? .info
      var revenues: [String: Double] = [:]
      for alert in alerts { revenues[alert.account] = alert.revenue }
      return Group(
        name: name, severity: severity, alerts: alerts.count,
        members: Set(alerts.map { $0[keyPath: members] }).sorted(),
        revenue: revenues.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value },
        open: alerts.count { $0.control == nil })
    }
  }

  static func weight(_ severity: Severity) -> Int { Severity.allCases.firstIndex(of: severity)! }

  /// For a person; of accounts at most so many.
  package func text(accounts most: Int = 20) -> String {
    guard !rules.isEmpty else { return "no alert" }
    let alerts = rules.reduce(0) { $0 + $1.alerts }
    var lines = [
      "\(FigureText.grouped(alerts)) alerts, \(FigureText.grouped(rules.reduce(0) { $0 + $1.open })) of them "
        + "not acknowledged, on \(FigureText.grouped(accounts.count { !$0.name.isEmpty })) accounts"
    ]
    lines.append("")
    var rows = [["rule", "alerts", "accounts", "revenue"]]
    for rule in rules {
      rows.append([
        DisplayText(rule.name).text, FigureText.grouped(rule.alerts),
        FigureText.grouped(rule.members.count { !$0.isEmpty }),
        FigureText.grouped(Self.whole(rule.revenue)),
      ])
    }
    lines += BacktestText.table(rows)
    lines.append("")
    rows = [["account", "severity", "revenue", "rules"]]
    for account in accounts.prefix(most) {
      rows.append([
        account.name.isEmpty ? "all accounts" : DisplayText(account.name).text,
        account.severity.rawValue, FigureText.grouped(Self.whole(account.revenue)),
        account.members.map { DisplayText($0).text }.joined(separator: " "),
      ])
    }
    lines += BacktestText.table(rows)
    if accounts.count > most {
      lines.append("  and \(FigureText.grouped(accounts.count - most)) accounts more")
    }
    return lines.joined(separator: "\n")
  }

  private static func whole(_ amount: Double) -> Int { Int(min(max(amount, 0), 1e15).rounded()) }

  /// As one JSON object, with all accounts.
  package var json: String {
    var writer = JSONWriter()
    writer.beginObject()
    for (key, groups, members) in [("rules", rules, "accounts"), ("accounts", accounts, "rules")] {
      writer.key(key)
      writer.beginArray()
      for group in groups {
        writer.beginObject()
        writer.key("name")
        writer.value(group.name)
        writer.key("severity")
        writer.value(group.severity.rawValue)
        writer.key("alerts")
        writer.value(Int64(group.alerts))
        writer.key("open")
        writer.value(Int64(group.open))
        writer.key("revenue")
        writer.readable(group.revenue)
        writer.key(members)
        writer.beginArray()
        for member in group.members { writer.value(member) }
        writer.endArray()
        writer.endObject()
      }
      writer.endArray()
    }
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
