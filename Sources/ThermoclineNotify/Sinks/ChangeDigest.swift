internal import ThermoclineCore

/// Many changes in one message: how many of what, by rule, and each alert with a line of its own as far as there is room,
/// the most severe first.
struct ChangeDigest {
  private let rules: AlertDigest
  private let changes: [AlertChange]
  /// Of the most severe.
  let severity: Severity
  /// How many rules are named.
  private static let rulesMax = 10
  /// How to see what has no line.
  static let seeAll = "thermocline alerts list"

  init(_ changes: [AlertChange]) {
    rules = AlertDigest(changes.map(\.alert))
    self.changes = changes.sorted {
      ($0.alert.severity.weight, $1.alert.revenue, $0.alert.account, $0.alert.rule, $0.place.offset)
        < (
          $1.alert.severity.weight, $0.alert.revenue, $1.alert.account, $1.alert.rule,
          $1.place.offset
        )
    }
    severity = self.changes.first?.alert.severity ?? .info
  }

  /// `1,000 alerts of 900 accounts: 950 began, 50 ended; 5 critical, 995 error`.
  var headline: String {
    let accounts = rules.accounts.count { !$0.name.isEmpty }
    let kinds = AlertChange.Kind.allCases.compactMap { kind -> String? in
      let count = changes.count { $0.kind == kind }
      return count == 0 ? nil : "\(count) \(Self.word(kind))"
    }
    let severities = Severity.allCases.compactMap { severity -> String? in
      let count = changes.count { $0.alert.severity == severity }
      return count == 0 ? nil : "\(count) \(severity.rawValue)"
    }
    return "\(changes.count) changes of alerts of \(accounts) accounts: "
      + kinds.joined(separator: ", ") + "; " + severities.joined(separator: ", ")
  }

  /// `drop:events_7d 400, silence 12, and 3 rules more`.
  var rulesLine: String {
    var names = rules.rules.prefix(Self.rulesMax).map { "\(PlainText.name($0.name)) \($0.alerts)" }
    if rules.rules.count > Self.rulesMax {
      names.append("and \(rules.rules.count - Self.rulesMax) rules more")
    }
    return names.joined(separator: ", ")
  }

  /// A line for each change, as far as they have room, each with its line end, and how many have none.
  func lines(bytes: Int, _ write: (String) -> String) -> (lines: [String], rest: Int) {
    var (lines, left): ([String], Int) = ([], bytes)
    for change in changes {
      let alert = change.alert
      let line = write(
        "\(alert.severity.rawValue) \(AlertWords.who(alert)) \(AlertWords.rule(alert))"
          + (change.kind == .opened ? "" : " (\(Self.word(change.kind)))"))
      left -= line.utf8.count + 1
      guard left >= 0 else { break }
      lines.append(line)
    }
    return (lines, changes.count - lines.count)
  }

  private static func word(_ kind: AlertChange.Kind) -> String {
    switch kind {
    case .opened: "began"
    case .escalated: "became worse"
    case .acknowledged: "acknowledged"
    case .updated: "changed"
    case .resolved: "ended"
    }
  }
}
