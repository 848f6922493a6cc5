import Testing
import ThermoclineCore
import ThermoclineTestKit
import ThermoclineWindows

@testable import ThermoclineHealth

/// What a measure counts as while it has no data.
@Suite struct MissingRuleTests {
  private let rising = Normalisation.target(ControlPoints([(0, 10), (10, 100)]))

  /// One measure under test and one that always gives 60 points, with the same weight.
  private func policy(_ kind: MeasureKind, _ missing: MissingRule, of filter: EventFilter = .any)
    -> Policy
  {
    Policy(
      name: "missing", version: 1, dimensions: [Dimension("d", weight: 1)],
      measures: [
        Measure(
          "m", kind, of: filter, window: .days(7), normalisation: rising, weight: 1,
          dimension: "d", missing: missing),
        Measure(
          "days", .activeDays, window: .days(28),
          normalisation: .target(ControlPoints([(0, 60), (1, 60)])), weight: 1, dimension: "d"),
      ], bands: [Band("red", from: 0)], coverageMin: 0.3)
  }

  private func score(_ policy: Policy, _ events: [TestEvent], seats: Int = 0) -> HealthScore {
    let plan = PolicyPlan(policy)
    var profile = AccountProfile()
    profile.seats = seats
    return ScoredAccount(plan).look(
      NaiveWindows.reading(of: plan.quantities, events, at: day(70)), profile: profile)
  }

  private func nameless(on days: Range<Int>) -> [TestEvent] {
    days.map { TestEvent(time: day($0) + .hours(1), type: "zork", user: "") }
  }

  @Test("absent has no say, zero is a value of 0, worst the lowest points of the curve")
  func eachRule() {
    let expected: [(MissingRule, Points?, Double)] = [
      (.absent, nil, 60), (.zero, Points(10), 35), (.worst, Points(10), 35),
    ]
    for (rule, subscore, points) in expected {
      let score = score(policy(.mean, rule, of: .types(["nps"])), nameless(on: 40..<70))
      #expect(score.measures[0].value == nil)
      #expect(score.measures[0].subscore == subscore, "\(rule)")
      #expect(score.score == Points(points), "\(rule)")
      #expect(score.measures.reduce(.zero) { $0 + $1.contribution } == score.score)
      #expect(abs(score.coverage - 0.5) < 1e-12, "what has no data is not covered: \(rule)")
    }
  }

  @Test("where the lowest points are not at 0, zero and worst differ") func zeroIsNotWorst() {
    func score(_ missing: MissingRule) -> Points? {
      var policy = policy(.mean, missing, of: .types(["balance"]))
      policy.measures[0].normalisation = .target(ControlPoints([(-10, 0), (10, 100)]))
      return self.score(policy, nameless(on: 40..<70)).measures[0].subscore
    }
    #expect(score(.zero) == Points(50) && score(.worst) == .zero)
  }

  @Test("users that events do not name are one while anything happens, and none in silence")
  func one() {
    let policy = policy(.distinctUsers, .one)
    let anonymous = score(policy, nameless(on: 40..<70))
    #expect(anonymous.measures[0].value == nil && anonymous.measures[0].subscore == Points(19))
    #expect(anonymous.measures[0].weight == 0.5)
    let silent = score(policy, nameless(on: 40..<60))
    #expect(silent.measures[0].value == 0 && silent.measures[0].subscore == Points(10))
    let named = TestEvent(time: day(69), type: "zork", user: "ada")
    let other = TestEvent(time: day(69), type: "zork", user: "bob")
    let one = score(policy, nameless(on: 40..<70) + [named])
    #expect(one.measures[0].value == 1 && one.score == anonymous.score)
    #expect(score(policy, nameless(on: 40..<70) + [named, other]).measures[0].value == 2)
  }

  @Test("zero of what is good in silence stays absent while nothing happens")
  func zeroInSilence() {
    var policy = policy(.count, .zero, of: .types(["ticket"]))
    policy.measures[0].direction = .lowerIsBetter
    policy.measures[0].normalisation = .target(ControlPoints([(0, 100), (10, 0)]))
    #expect(score(policy, nameless(on: 40..<70)).measures[0].subscore == Points(100))
    #expect(score(policy, nameless(on: 40..<60)).measures[0].subscore == nil)
  }

  @Test("who has no peers is not the worst of them") func peers() {
    var policy = policy(.mean, .worst, of: .types(["nps"]))
    policy.measures[0].normalisation = .peers(
      ControlPoints([(0, 0), (100, 100)]), accountsMin: 20)
    #expect(score(policy, nameless(on: 40..<70)).measures[0].subscore == nil)
  }

  @Test("a ratio sees data only, and has a rule of its own") func ratio() {
    var policy = policy(.distinctUsers, .zero)
    policy.measures[1].kind = .ratio(of: "m", to: "seats")
    policy.measures.append(Measure("seats", .seats, normalisation: rising, weight: 0))
    for (rule, subscore) in [(MissingRule.absent, nil), (.worst, Points(60))] {
      policy.measures[1].missing = rule
      let score = score(policy, nameless(on: 40..<70), seats: 10)
      #expect(score.measures[0].subscore == Points(10))
      #expect(score.measures[1].value == nil && score.measures[1].subscore == subscore)
    }
  }

  @Test("the sentence says what is not known, and how much counts without data")
  func summary() {
    let text = score(policy(.mean, .worst, of: .types(["nps"])), nameless(on: 40..<70)).summary
    #expect(text.contains("m not known, −45.0"), "\(text)")
    #expect(text.contains("50 % of the weight has no data and counts as the policy says"))
    #expect(!text.contains("went to the rest"))
  }

  @Test("a rule by which silence would look healthy is refused") func refused() {
    var policy = policy(.mean, .zero, of: .types(["minutes"]))
    #expect(policy.validate().isEmpty)
    policy.measures[0].direction = .lowerIsBetter
    policy.measures[0].normalisation = .target(ControlPoints([(0, 100), (10, 0)]))
    #expect(policy.validate().map(\.path) == ["measures[0].missing"])
    policy.measures[0].missing = .one
    #expect(policy.validate().map(\.path) == ["measures[0].missing"])
    policy.measures[0].missing = .worst
    #expect(policy.validate().isEmpty)
  }
}
