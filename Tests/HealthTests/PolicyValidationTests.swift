import Testing
import ThermoclineCore
import ThermoclineWindows

@testable import ThermoclineHealth

@Suite struct PolicyValidationTests {
  @Test func standardIsValid() { #expect(Policy.standard.validate() == []) }

  /// Where a problem is to be found, and what makes it.
  private static let spoilers: [(String, @Sendable (inout Policy) -> Void)] = [
    ("alerts.sudden_stop.days_min", { $0.alerts.suddenStop = SuddenStopRule(daysMin: 0) }),
    ("alerts.sudden_stop.weeks_min", { $0.alerts.suddenStop = SuddenStopRule(weeksMin: 9) }),
    ("alerts.slow_decline.weeks", { $0.alerts.slowDecline = SlowDeclineRule(weeks: 9) }),
    ("alerts.band_change.settled", { $0.alerts.bandChange = ChangeRule(settled: .hours(36)) }),
    (
      "alerts.quadrant_change.settled", { $0.alerts.quadrantChange = ChangeRule(settled: .days(1)) }
    ),
    ("alerts.renewal_at_risk.points_min", { $0.alerts.renewal = RenewalRule(pointsMin: 0) }),
    (
      "alerts.payment_failed_while_healthy.window",
      { $0.alerts.payment = PaymentRule(window: .days(29)) }
    ),
    (
      "alerts.payment_failed_while_healthy.types",
      { $0.alerts.payment = PaymentRule(types: []) }
    ),
    ("alerts.feature_abandoned.share_min", { $0.alerts.feature = FeatureRule(shareMin: 0.01) }),
    ("name", { $0.name = "" }),
    ("name", { $0.name = String(repeating: "n", count: 65) }),
    ("version", { $0.version = 0 }),
    ("dimensions[0].weight", { $0.dimensions[0].weight = -1 }),
    ("dimensions[0].weight", { $0.dimensions[0].weight = .nan }),
    ("dimensions", { for i in $0.dimensions.indices { $0.dimensions[i].weight = 0 } }),
    ("dimensions", { for i in $0.measures.indices { $0.measures[i].weight = 0 } }),
    ("dimensions[1]", { $0.dimensions[1].name = $0.dimensions[0].name }),
    ("bands[2].from", { $0.bands[1].from = 65 }),
    ("bands[0].from", { $0.bands[0].from = 5 }),
    ("bands", { $0.bands = [] }),
    ("band_hysteresis", { $0.bandHysteresis = -1 }),
    ("coverage_min", { $0.coverageMin = 1.5 }),
    ("trend_scores", { $0.trendScores = 1 }),
    ("measures[0].weight", { $0.measures[0].weight = -0.1 }),
    ("measures[0].dimension", { $0.measures[0].dimension = "nowhere" }),
    ("measures[1]", { $0.measures[1].name = $0.measures[0].name }),
    ("measures[0].window", { $0.measures[0].window = .hours(36) }),
    ("measures[0].window", { $0.measures[0].window = .days(64) }),
    ("measures[0].window", { $0.measures[0].window = .zero }),
    ("measures[0].slide", { $0.measures[0].slide = .hours(7) }),
    ("measures[0].slide", { $0.measures[0].slide = .hours(1) }),
    ("measures", { $0.measures[3].slide = .hours(2) }),
    ("measures[0].types", { $0.measures[0].filter = .types([]) }),
    ("measures[0].types[1]", { $0.measures[0].filter = .types(["a", "a"]) }),
    (
      "measures[0].target[1]",
      { $0.measures[0].normalisation = .target(ControlPoints([(1, 0), (1, 9)])) }
    ),
    (
      "measures[0].target[1]",
      { $0.measures[0].normalisation = .target(ControlPoints([(0, 9), (1, 0)])) }
    ),
    (
      "measures[0].target[1]",
      { $0.measures[0].normalisation = .target(ControlPoints([(0, 0), (1, 101)])) }
    ),
    ("measures[0].target", { $0.measures[0].normalisation = .target(ControlPoints([(0, 0)])) }),
    (
      "measures[0].weeks",
      {
        $0.measures[0].normalisation = .baseline(
          ControlPoints([(0, 0), (1, 100)]), weeks: 3, weeksMin: 1)
      }
    ),
    (
      "measures[2].kind",
      {
        $0.measures[2].normalisation = .baseline(
          ControlPoints([(0, 100), (1, 0)]), weeks: 2, weeksMin: 1)
      }
    ),
    ("measures[15].ratio", { $0.measures[15].kind = .ratio(of: "nothing", to: "users_28d") }),
    (
      "measures[15].ratio", { $0.measures[15].kind = .ratio(of: "answered_share", to: "users_28d") }
    ),
    ("measures[16].share_of[0]", { $0.measures[16].kind = .share(of: [""]) }),
    ("measures[16].share_of", { $0.measures[16].kind = .share(of: ["refund"]) }),
    ("measures[16].share_of_features[0]", { $0.measures[16].kind = .featureShare(of: [""]) }),
    (
      "measures[0].features", { $0.measures[0].filter = .features([], types: []) }
    ),
    (
      "measures[0].types[1]", { $0.measures[0].filter = .features(["x"], types: ["a", "a"]) }
    ),
    ("measures[2].features", { $0.measures[2].filter = .features(["x"], types: []) }),
    ("measures[2].types", { $0.measures[2].filter = .types(["login"]) }),
    (
      "measures[16].share_of_features",
      {
        $0.measures[16].kind = .featureShare(of: ["export"])
        $0.measures[16].filter = .features(["import"], types: [])
      }
    ),
    (
      "measures",
      {
        for i in 0..<2 {
          $0.measures[i].filter = .features((0..<40).map { "f\(i)-\($0)" }, types: [])
        }
      }
    ),
    ("measures[0].half_life", { $0.measures[0].halfLife = .days(7) }),
    ("measures[10].half_life", { $0.measures[10].halfLife = .zero }),
    ("measures[10].half_life", { $0.measures[10].halfLife = .days(64) }),
    ("measures[9].slide", { $0.measures[9].halfLife = .days(7) }),
    ("alerts.drops[1].measure", { $0.measures[9].halfLife = .days(7) }),
    ("alerts.budget", { $0.alerts.budget = -1 }),
    ("alerts.drops[0].measure", { $0.alerts.drops[0].measure = "users_28d" }),
    ("alerts.drops[1]", { $0.alerts.drops[1].measure = "events_7d" }),
    ("alerts.drops[0].weeks", { $0.alerts.drops[0].weeks = 9 }),
    ("alerts.drops[0].clear_level", { $0.alerts.drops[0].clearLevel = 0.25 }),
    ("alerts.silence.days_min", { $0.alerts.silence!.daysMin = 1 }),
  ]

  @Test(arguments: spoilers.indices)
  func problemsAreFound(_ index: Int) {
    let (path, spoil) = Self.spoilers[index]
    var policy = Policy.standard
    spoil(&policy)
    let problems = policy.validate()
    #expect(problems.contains { $0.path == path }, "\(path) is not among \(problems)")
    #expect(problems.allSatisfy { !$0.allowed.isEmpty && !$0.problem.isEmpty })
  }

  @Test func standardAsksForLittle() {
    let plan = PolicyPlan(.standard)
    #expect(plan.quantities.count <= 65)
    #expect(Set(plan.quantities).count == plan.quantities.count)
    #expect(Set(plan.quantities.map(\.slide)).count == 2)
    #expect(plan.quantities.allSatisfy { $0.shift + $0.length <= PolicyLimits.history })
    #expect(plan.quantities.allSatisfy { $0.slide == .days(1) || $0.shift == .zero })
    for aggregate in [Aggregate.distinctUsers, .distinctFeatures] {
      #expect(Set(plan.quantities.filter { $0.aggregate == aggregate }.map(\.slide)).count == 1)
    }
  }
}
