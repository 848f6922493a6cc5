import Foundation
import Testing
import ThermoclineCore
import ThermoclineHealth
import ThermoclineWindows

@testable import Thermocline

@Suite struct PolicyFileTests {
  static let minimal = """
    name: small
    version: 2
    dimensions:
      - {name: use, weight: 1}
    bands:
      - {name: low, from: 0}
      - {name: high, from: 50}
    measures:
      - name: days
        kind: active_days
        target: [[0, 0], [20, 100]]
        weight: 1
        dimension: use
    """

  private func refusal(_ text: String) -> YAMLFileError? {
    do throws(YAMLFileError) {
      _ = try PolicyFile.read(text, file: "p.yaml")
      return nil
    } catch {
      return error
    }
  }

  @Test("people and usage are read over what is there, written and read back, taken away by null")
  func peopleAndUsage() throws {
    let text =
      Self.minimal + """

        alerts:
          key_contact: {share_min: 0.4, days_min: 14, goes_on_min: 0.6, share: 2}
          single_user: {share_min: 0.9, clear_level: 0.6, weeks: 3, volume_min: 50}
        usage:
          top_features: 3
          outcomes: [won, "sent: twice"]
          outcome_days: 7
          funnel: [login, won]
          costs: [{type: ticket, cost: 2.5}]
        """
    let policy = try PolicyFile.read(text, file: "p.yaml")
    #expect(
      policy.alerts.keyContact
        == KeyContactRule(shareMin: 0.4, daysMin: 14, goesOnMin: 0.6, share: 2))
    #expect(
      policy.alerts.singleUser
        == SingleUserRule(shareMin: 0.9, clearLevel: 0.6, weeks: 3, volumeMin: 50))
    #expect(
      policy.usage
        == UsageRule(
          topFeatures: 3, outcomes: ["won", "sent: twice"], outcomeDays: 7,
          funnel: ["login", "won"], costs: [UsageCost("ticket", 2.5)]))
    #expect(try PolicyFile.read(PolicyFile.write(policy), file: "p.yaml") == policy)
    let description = policyDescription(policy)
    for word in ["key_contact_silent", "single_user_dependence", "login → won"] {
      #expect(description.contains(word))
    }
    let error = refusal(Self.minimal + "\nusage: {outcome_days: 15, funnel: [a, a]}")
    #expect(error?.description.contains("usage") == true)
    #expect(
      try PolicyFile.read(Self.minimal + "\nusage: null", file: "p.yaml").usage == nil)
  }

  @Test(
    "rules about accounts as a whole are read over what is there, written and read back, taken away by null"
  )
  func accountRules() throws {
    let text =
      Self.minimal + """

        alerts:
          sudden_stop: {days_min: 4, weeks_min: 6, run_length: 2, share: 3}
          slow_decline: {points_min: 20, weeks: 6}
          band_change: {settled: 21d}
          quadrant_change: {settled: 14d}
          renewal_at_risk: {points_min: 8}
          payment_failed_while_healthy: {types: [dunning], window: 14d}
          feature_abandoned: {share_min: 0.2, days_min: 12, share: 2}
        """
    let policy = try PolicyFile.read(text, file: "p.yaml")
    let alerts = policy.alerts
    #expect(
      alerts.suddenStop == SuddenStopRule(daysMin: 4, weeksMin: 6, runLength: 2, share: 3))
    #expect(alerts.slowDecline == SlowDeclineRule(pointsMin: 20, weeks: 6))
    #expect(alerts.bandChange == ChangeRule(settled: .days(21)))
    #expect(alerts.quadrantChange == ChangeRule(settled: .days(14)))
    #expect(alerts.renewal == RenewalRule(pointsMin: 8))
    #expect(alerts.payment == PaymentRule(types: ["dunning"], window: .days(14)))
    #expect(alerts.feature == FeatureRule(shareMin: 0.2, daysMin: 12, share: 2))
    #expect(try PolicyFile.read(PolicyFile.write(policy), file: "p.yaml") == policy)
    let description = policyDescription(policy)
    for word in AccountRule.allCases.map(\.name) + ["feature_abandoned"] {
      #expect(description.contains(word), "\(word)")
    }
    var other = policy
    other.version += 1
    other.alerts.bandChange = nil
    other.alerts.suddenStop?.daysMin = 5
    let keys = PolicyDiff(policy, other).changes.map(\.key)
    #expect(keys.contains("alerts.band_change.settled"), "\(keys)")
    #expect(keys.contains("alerts.sudden_stop.days_min"), "\(keys)")
    let without = try PolicyFile.read(
      Self.minimal + "\nalerts: {sudden_stop: null, band_change: null}", file: "p.yaml")
    #expect(without.alerts.suddenStop == nil && without.alerts.bandChange == nil)
  }

  @Test func defaultFileIsTheCompiledPolicy() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../deploy/policy/default.yaml")
    let text = try String(contentsOf: root.standardized, encoding: .utf8)
    #expect(try PolicyFile.read(text, file: "default.yaml") == Policy.standard)
  }

  @Test func minimalFileTakesDefaults() throws {
    let policy = try PolicyFile.read(Self.minimal)
    #expect(policy.identifier == "small@2")
    #expect(policy.measures[0].window == .days(28))
    #expect(policy.measures[0].direction == .higherIsBetter)
    #expect(policy.alerts == AlertPolicy())
  }

  @Test func whatIsWrittenIsReadBack() throws {
    #expect(try PolicyFile.read(PolicyFile.write(.standard)) == Policy.standard)
    var odd = Policy.standard
    odd.name = "yes: \"#\\\u{7}é"
    odd.measures[7].filter = .types(["true", "1", "a b", "- x", "é", "\u{1}"])
    odd.measures[0].normalisation = .peers(
      ControlPoints([(0, 0), (50, 60), (100, 100)]), accountsMin: 7)
    odd.parents = .worstOf
    odd.measures[8].halfLife = .days(7)
    odd.measures[8].slide = .days(1)
    odd.measures[11].kind = .last
    odd.measures[16].kind = .featureShare(of: ["export"])
    odd.measures[16].filter = .features(["export", "1"], types: ["payment"])
    odd.measures[17].filter = .features(["export"], types: [])
    odd.measures[3].label = "people: \"all\""
    odd.overrides = [
      PolicyOverride(
        when: SegmentCondition(tiers: ["enterprise", "a b"], stages: ["1"]),
        dimensions: [Dimension("outcome", weight: 7)],
        measures: [
          MeasureOverride("events_7d", weight: 0, points: ControlPoints([(0, 0), (1, 100)])),
          MeasureOverride("users_28d", weight: 2),
        ], bands: [Band("green", from: 70)], bandHysteresis: 1, axisThreshold: 40, axisDeadBand: 3,
        coverageMin: 0.1),
      PolicyOverride(when: SegmentCondition(industries: ["true"]), coverageMin: 0.2),
    ]
    #expect(try PolicyFile.read(PolicyFile.write(odd)) == odd)
  }

  /// Each case replaces one piece of the minimal file.
  @Test(arguments: [
    ("version: 2", "version: two", 2, "version", "'two'"),
    ("version: 2", "version: 0", 2, "version", "is 0"),
    ("version: 2", "version: 2\nverison: 3", 3, "", "'verison'"),
    ("version: 2", "version: 2\nversion: 3", 2, "", "'version'"),
    ("weight: 1}", "weight: -1}", 4, "dimensions[0].weight", "is -1.0"),
    ("weight: 1}", "weight: heavy}", 4, "dimensions[0].weight", "'heavy'"),
    ("from: 50", "from: 0", 7, "bands[1].from", "does not follow"),
    ("name: high", "name: low", 7, "bands[1]", "twice"),
    ("active_days", "active", 10, "measures[0].kind", "'active'"),
    ("kind: active_days", "kind: active_days\n    window: 36h", 11, "measures[0].window", "1d"),
    ("kind: active_days", "kind: active_days\n    window: 4w", 11, "measures[0].window", "'4w'"),
    (
      "kind: active_days", "kind: active_days\n    half_life: 7d", 11, "measures[0].half_life",
      "active_days"
    ),
    ("kind: active_days", "kind: count\n    half_life: 7", 11, "measures[0].half_life", "'7'"),
    ("kind: active_days", "kind: count\n    features: []", 11, "measures[0].features", "0 entries"),
    (
      "kind: active_days", "kind: count\n    features: [x]\n    types: []", 12,
      "measures[0].types", "0 entries"
    ),
    (
      "kind: active_days", "kind: count\n    share_of_features: [x]", 11,
      "measures[0].share_of_features", "'count'"
    ),
    (
      "kind: active_days", "kind: share\n    share_of_features: [x]\n    share_of: [y]", 12,
      "measures[0].share_of", "share_of_features"
    ),
    (
      "kind: active_days", "kind: share\n    share_of_features: [x]\n    features: [y]", 11,
      "measures[0].share_of_features", "not among"
    ),
    ("[20, 100]", "[20, 100], [10, 100]", 11, "measures[0].target[2]", "does not follow"),
    ("[20, 100]", "[20]", 11, "measures[0].target[1]", "1 numbers"),
    ("target:", "tarket:", 11, "measures[0]", "'tarket'"),
    ("dimension: use", "dimension: abuse", 13, "measures[0].dimension", "'abuse'"),
    ("dimension: use", "dimension: [", 14, "", "node content"),
  ])
  func mistakesAreNamedWithTheirLine(
    _ old: String, _ new: String, _ line: Int, _ key: String, _ problem: String
  ) throws {
    #expect(Self.minimal.contains(old))
    let range = try #require(Self.minimal.range(of: old))
    let text = Self.minimal.replacingCharacters(in: range, with: new)
    let finding = try #require(refusal(text)?.findings.first { $0.line == line }, "\(text)")
    #expect(finding.key == key)
    #expect(finding.problem.contains(problem), "\(finding.problem)")
    #expect(!finding.allowed.isEmpty)
  }

  @Test func errorsReadWell() throws {
    let text = Self.minimal.replacingOccurrences(of: "version: 2", with: "version: two")
    let error = try #require(refusal(text))
    #expect(error.description == "p.yaml:2: version: is 'two'; allowed: a whole number")
  }

  @Test func emptyAndOverlongFilesAreRefused() {
    #expect(refusal("") != nil)
    #expect(refusal("just text") != nil)
    #expect(refusal(Self.minimal + "\nalerts: {drops: [{measure: days}]}") != nil)
  }

  @Test func descriptionSaysEveryNumberThatJudges() {
    var policy = Policy.standard
    policy.alerts.fireTicks = 2
    policy.parents = .worstOf
    let text = policyDescription(policy)
    for words in [
      "0 points at 0, 35 at 4, 52 at 8, 76 at 14, 100 at 20", "8 windows before, 4 at least",
      "fires after 2 days in a row", "ends after 3 days in a row", "by its rule for 14d",
      "onboarding for 30d", "renewal from 60d", "the lowest of its children's",
      "8 weeks before, 4 at least",
      "less than 15 % is recovery", "commitment: 20.7 % bot_calls_7d", "fewer than 20",
    ] { #expect(text.contains(words), "\(words) is not in \(text)") }
  }

  /// What a first event would lower is named, and the built-in policy has none of it.
  @Test func descriptionNamesWhatAFirstEventLowers() throws {
    #expect(!policyDescription(.standard).contains("Take care"))
    let text = """
      name: ours
      version: 1
      extends: default
      measures:
        - {name: invites_28d, target: [[0, 20], [1, 70], [4, 100]]}
        - {name: posts, kind: count, types: [post], half_life: 7d, target: [[0, 5], [1, 100]], weight: 1, dimension: outcome}
        - {name: shown, kind: count, types: [post], target: [[0, 0], [9, 100]]}
        - {name: exports, kind: active_days, features: [export], peers: [[0, 10], [50, 100]], weight: 1, dimension: outcome}
        - {name: paid, kind: sum, types: [payment], target: [[0, 0], [9, 100]], weight: 1, dimension: outcome}
        - {name: calls, kind: count, types: [call], window: 7d, baseline: [[0, 0], [1, 100]], weight: 1, dimension: outcome}
        - {name: faults, kind: count, types: [fault], direction: lower_is_better, target: [[0, 100], [9, 0]], weight: 1, dimension: outcome}
      overrides:
        - when: {tier: small}
          measures: {community_days_28d: {target: [[0, 0], [2, 100]]}}
      """
    let lines = policyDescription(try PolicyFile.read(text, file: "p.yaml")).split(separator: "\n")
    let first = try #require(lines.firstIndex { $0.hasPrefix("Take care") })
    #expect(
      lines[(first + 1)...].dropLast() == [
        "  invites_28d: the first event gives 70 points, not 100",
        "  posts: the first event gives 5 points, not 100",
        "  exports: the first event gives 10 points, not 100",
        "  paid: the first event gives 0 points, not 100",
        "  community_days_28d: the first event gives 50 points, not 100",
      ])
  }

  @Test("what a measure counts as without data is read, written, explained and compared")
  func missingRules() throws {
    let text = """
      name: ours
      version: 1
      extends: default
      measures:
        - {name: users_28d, missing: absent}
        - {name: nps_56d, missing: worst}
        - {name: exports, kind: count, features: [export], missing: zero, target: [[0, 10], [9, 100]], weight: 1, dimension: outcome}
      """
    let policy = try PolicyFile.read(text, file: "p.yaml")
    func rule(_ name: String, _ policy: Policy) -> MissingRule? {
      policy.measures.first { $0.name == name }?.missing
    }
    for policy in [policy, try PolicyFile.read(PolicyFile.write(policy), file: "q.yaml")] {
      #expect(rule("users_28d", policy) == .absent && rule("nps_56d", policy) == .worst)
      #expect(rule("exports", policy) == .zero && rule("events_7d", policy) == .absent)
    }
    #expect(rule("users_28d", .standard) == .one)
    let words = policyDescription(policy)
    #expect(words.contains("100 at 10; without data as the worst"))
    #expect(words.contains("100 at 9; without data as 0"))
    #expect(words.contains("  users_28d: the first event gives 70 points, not 100"))
    #expect(
      !words.contains("exports: the first event"), "an account without it has 10 points already")
    #expect(policyDescription(.standard).contains("as one where events name no user"))
    let diff = PolicyDiff(.standard, policy).text
    #expect(diff.contains("- measures.users_28d.missing: one"), "\(diff)")
    #expect(diff.contains("+ measures.nps_56d.missing: worst"))
    for (bad, allowed) in [
      ("nothing", "absent, zero, one, worst"), ("one", "one for distinct_users"),
    ] {
      let text = text.replacing("missing: worst", with: "missing: \(bad)")
      let error = "\(try #require(refusal(text)))"
      #expect(error.contains("p.yaml:6") && error.contains(allowed), "\(error)")
    }
  }

  @Test func descriptionNamesEveryMeasureAndRule() {
    let text = policyDescription(.standard)
    for measure in Policy.standard.measures { #expect(text.contains(measure.name)) }
    for rule in Policy.standard.alerts.drops { #expect(text.contains("drop:\(rule.measure)")) }
    #expect(text.contains("80 % of the score is outcome"))
  }
}
