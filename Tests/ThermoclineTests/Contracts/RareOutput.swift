import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineHealth
import ThermoclineTestKit

/// What one process and one replay of a simulated population do not write, by the same encoders.
enum RareOutput {
  private static let at = EventTime(year: 2026, month: 1, day: 1)

  static func documents(of contract: Contract) throws -> [FoundationJSON] {
    try lines(of: contract).map { try #require(FoundationJSON.read(Array($0.utf8))) }
  }

  static func lines(of contract: Contract) -> [String] {
    switch contract {
    case .score:
      [scoreBesideStandIns, scoreOfAnUnknown].map { score in
        line { HealthScoreEncoder.encode(score, into: &$0) }
      }
    case .override:
      overrides.map { String(decoding: ScoreOverrideEncoder.message($0), as: UTF8.self) }
    case .control:
      controls.map { String(decoding: AlertControlEncoder.message($0), as: UTF8.self) }
    case .alert:
      RareAlerts.all.map { alert in line { HealthAlertEncoder.encode(alert, into: &$0) } }
    case .rollup:
      [rollupOfUnknowns, rollupOfAParent].map { rollup in
        line { HealthRollupEncoder.encode(rollup, into: &$0) }
      }
    case .usage: [line { _ = AccountUsageEncoder.encode(usageWithoutRates, into: &$0) }]
    case .deadLetter, .deadLetterHeaders, .windowRow, .event, .profile: []
    }
  }

  private static func line(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Partitions that stand still are counted among the peers of the others.
  private static var scoreBesideStandIns: HealthScore {
    var score = HealthScore(account: "a", at: at, isFinal: true, policy: "default@1")
    (score.score, score.band, score.change) = (Points(50), "yellow", Points(50))
    score.dimensions = [NamedPoints(name: "outcome", points: Points(50))]
    var reading = MeasureReading(
      name: "active_days_14d_peers", dimension: "outcome", value: 4, expected: 4,
      subscore: Points(50), weight: 1, contribution: Points(50), change: Points(50))
    reading.peers = PeerReading(
      group: "portfolio", accounts: 40, percentile: 31.25, standIns: 2)
    score.measures = [reading]
    return score
  }

  /// Too little is known of the account for a score.
  private static var scoreOfAnUnknown: HealthScore {
    var score = HealthScore(account: "a", at: at, isFinal: false, policy: "default@1")
    score.dimensions = [NamedPoints(name: "outcome", points: nil)]
    return score
  }

  /// A parent none of whose children has a score, under a policy that knows no costs.
  private static var rollupOfUnknowns: HealthRollup {
    var rollup = HealthRollup(segment: "parent=acme", at: at, policy: "default@1")
    rollup.accounts = 1
    rollup.bands = [NamedCount(name: "red", count: 0)]
    rollup.quadrants = Quadrant.allCases.map { NamedCount(name: $0.rawValue, count: 0) }
    var usage = SegmentUsage()
    usage.funnel = [AccountUsage.Step(type: "login", users: 120_000, conversion: nil)]
    usage.retention = [7, 14, 28, 56].map {
      SegmentUsage.Retention(days: $0, accounts: 0, accountsRetained: 0, users: 0, usersRetained: 0)
    }
    rollup.usage = usage
    rollup.parent = ParentHealth(rule: ParentRule.own.rawValue, score: nil, band: nil)
    return rollup
  }

  private static var rollupOfAParent: HealthRollup {
    var rollup = rollupOfUnknowns
    rollup.usage?.onboarding = 2
    rollup.usage?.stalled = 1
    rollup.parent = ParentHealth(rule: ParentRule.worstOf.rawValue, score: Points(40), band: "red")
    return rollup
  }

  private static var usageWithoutRates: AccountUsage {
    var usage = AccountUsage(account: "a", at: at, policy: "default@1", stage: "active")
    // Of too many users to look at each.
    usage.funnel = [AccountUsage.Step(type: "login", users: 120_000, conversion: nil)]
    usage.retention = [7, 14, 28, 56].map {
      AccountUsage.Retention(days: $0, account: nil, users: 0, retained: 0)
    }
    return usage
  }

  private static var overrides: [ScoreOverride] {
    [
      ScoreOverride(band: "red", reason: "left", author: "ana", from: at, expires: at + .days(9)),
      ScoreOverride(score: Points(12.5), reason: "", author: "", expires: at),
    ]
  }

  private static var controls: [AlertControl] {
    [
      AlertControl(.acknowledge, reason: "seen", author: "ana", from: at, expires: nil),
      AlertControl(.snooze, reason: "", author: "ana", from: at, expires: at + .days(9)),
    ]
  }
}
