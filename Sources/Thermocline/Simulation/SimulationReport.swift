package import ThermoclineCore

/// What one policy, or two, would have fired: by rule, by week, by segment.
package struct SimulationReport: Sendable {
  /// Accounts × weeks that were judged, all and by segment.
  package struct Weeks: Sendable {
    package private(set) var all = 0.0
    package private(set) var tiers: [String: Double] = [:]
    package private(set) var industries: [String: Double] = [:]

    mutating func add(_ span: Double, _ profile: AccountProfile) {
      all += span
      tiers[profile.tier, default: 0] += span
      industries[profile.industry, default: 0] += span
    }
  }
  /// What a policy would have fired.
  package struct Run: Sendable {
    package var policy: String
    package var weeks: Weeks
    /// In order of time.
    package var fired: [FiredAlert]
    package var from: EventTime
    package var to: EventTime
  }
  /// How often one rule fired in one week or segment.
  struct Count: Sendable {
    var name: String
    var weeks: Double?
    var fired: Int
    var rules: [String: Int]
  }

  /// One, or two for comparison.
  package let runs: [Run]

  /// Alerts that only one of two policies fires, by account and rule.
  package var differences: (first: [FiredAlert], second: [FiredAlert])? {
    guard runs.count == 2 else { return nil }
    func keys(_ run: Run) -> Set<[String]> { Set(run.fired.map { [$0.account, $0.rule] }) }
    let (a, b) = (keys(runs[0]), keys(runs[1]))
    return (
      runs[0].fired.filter { !b.contains([$0.account, $0.rule]) },
      runs[1].fired.filter { !a.contains([$0.account, $0.rule]) }
    )
  }
}

extension SimulationReport.Run {
  /// Alerts in 1,000 account-weeks.
  func rate(_ fired: Int, of weeks: Double) -> Double {
    weeks > 0 ? 1_000 * Double(fired) / weeks : 0
  }

  /// By rule, in order of their names.
  var rules: [SimulationReport.Count] {
    grouped(fired.map { ($0.rule, $0) }, weeks: { _ in weeks.all })
  }

  /// By week, whether one fired in it or not.
  var byWeek: [SimulationReport.Count] {
    var groups: [(String, FiredAlert)] = []
    for alert in fired { groups.append((String(alert.week.description.prefix(10)), alert)) }
    var counts = grouped(groups, weeks: { _ in nil })
    var day = Self.monday(from)
    while day < Self.monday(to) + .days(7) {
      let name = String(day.description.prefix(10))
      if !counts.contains(where: { $0.name == name }), day < to {
        counts.append(SimulationReport.Count(name: name, weeks: nil, fired: 0, rules: [:]))
      }
      day = day + .days(7)
    }
    return counts.sorted { $0.name < $1.name }
  }

  private static func monday(_ time: EventTime) -> EventTime {
    let day = time.dayNumber
    return EventTime(dayNumber: day - ((day + 3) % 7 + 7) % 7)
  }

  /// By tier, industry and stage. An alert without an account has none of them.
  var segments: [(kind: String, counts: [SimulationReport.Count])] {
    let ofAccounts = fired.filter { !$0.account.isEmpty }
    return [
      (
        "tier",
        grouped(ofAccounts.map { ($0.tier, $0) }, names: Array(weeks.tiers.keys)) {
          weeks.tiers[$0]
        }
      ),
      (
        "industry",
        grouped(ofAccounts.map { ($0.industry, $0) }, names: Array(weeks.industries.keys)) {
          weeks.industries[$0]
        }
      ),
      ("stage", grouped(ofAccounts.map { ($0.stage, $0) }) { _ in nil }),
    ]
  }

  private func grouped(
    _ alerts: [(String, FiredAlert)], names: [String] = [],
    weeks: (String) -> Double?
  ) -> [SimulationReport.Count] {
    var groups = Dictionary(grouping: alerts) { $0.0 }
    for name in names where groups[name] == nil { groups[name] = [] }
    return groups.sorted { $0.key < $1.key }.map { name, group in
      SimulationReport.Count(
        name: name, weeks: weeks(name), fired: group.count,
        rules: Dictionary(grouping: group) { $0.1.rule }.mapValues(\.count))
    }
  }
}
