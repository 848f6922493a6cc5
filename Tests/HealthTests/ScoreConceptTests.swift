import Testing
import ThermoclineCore
import ThermoclineWindows

@testable import ThermoclineHealth

/// The words scores are made of, each by an example that can be worked out by hand.
@Suite struct ScoreConceptTests {
  private static let tenth = Normalisation.target(ControlPoints([(0, 0), (10, 100)]))

  private static var policy: Policy {
    Policy(
      name: "concepts", version: 1,
      dimensions: [Dimension("outcome", weight: 80), Dimension("experience", weight: 20)],
      measures: [
        Measure(
          "calls", .count, of: .types(["call"]), window: .days(7), normalisation: tenth, weight: 1,
          dimension: "outcome", axis: .commitment),
        Measure(
          "calls_ratio", .count, of: .types(["call"]), window: .days(7),
          normalisation: .baseline(ControlPoints([(0, 0), (1, 100)]), weeks: 4, weeksMin: 2),
          weight: 4, dimension: "outcome"),
        Measure(
          "days", .activeDays, window: .days(7),
          normalisation: .target(ControlPoints([(0, 0), (7, 70)])), weight: 1, axis: .temperature),
        Measure(
          "nps", .mean, of: .types(["nps"]), normalisation: tenth, weight: 1,
          dimension: "experience"),
      ], bands: [Band("red", from: 0), Band("yellow", from: 30), Band("green", from: 60)],
      bandHysteresis: 2, axes: AxisRule(threshold: 50, deadBand: 5), coverageMin: 0.5)
  }

  private let plan = PolicyPlan(policy)

  /// Calls in each week, the last one ending at day 70, oldest first; a day's calls each.
  private func reading(_ weeks: [Int], nps: Double? = nil, of plan: PolicyPlan? = nil)
    -> WindowReading
  {
    let plan = plan ?? self.plan
    var all: [TestEvent] = []
    for (back, calls) in weeks.reversed().enumerated() {
      all += events(on: (0..<calls).map { 70 - 7 * (back + 1) + $0 % 7 }, type: "call")
    }
    if let nps { all.append(TestEvent(time: day(60), type: "nps", value: nps)) }
    return NaiveWindows.reading(of: plan.quantities, all, at: day(70))
  }

  private func subscore(_ name: String, _ reading: WindowReading) -> Points? {
    ScoredAccount(plan).look(reading).measures.first { $0.name == name }?.subscore
  }

  @Test("sub-score by target: the value's point on the curve")
  func target() { #expect(subscore("calls", reading([8, 8, 8, 3])) == Points(30)) }

  @Test("sub-score by baseline: the value against the median of the same weeks before")
  func baseline() {
    // 4 against the median of 8, 80, 8, 7: the week that is far off counts for nothing.
    #expect(subscore("calls_ratio", reading([1, 8, 80, 8, 7, 4])) == Points(50))
    #expect(subscore("calls_ratio", reading([8, 4])) == nil, "one week before is too few")
  }

  @Test("sub-score by peers: the share of the group that is below, and half of those alike")
  func peers() {
    var policy = Self.policy
    policy.measures[0].normalisation = .peers(
      ControlPoints([(0, 0), (100, 100)]), accountsMin: 4)
    let account = ScoredAccount(PolicyPlan(policy))
    var sketch = QuantileSketch(accuracy: 0.01)
    for calls in [1.0, 2, 3, 9] { sketch.add(calls) }
    account.sheet.use([PeerYardstick(.portfolio, sketch, standIns: 0)])
    let measure = account.look(reading([8, 8, 8, 3], of: account.plan)).measures[0]
    #expect(measure.subscore == Points(62.5) && measure.peers?.accounts == 4)
  }

  @Test("dimension: the weighted mean of its sub-scores")
  func dimension() {
    let score = ScoredAccount(plan).look(reading([8, 8, 8, 4]))
    // (1 · 40 + 4 · 50) ÷ 5
    #expect(score.dimensions[0].points == Points(48))
  }

  @Test("score: 80 % outcome and 20 % experience, for enterprise accounts 70 and 30")
  func score() {
    let account = ScoredAccount(plan)
    #expect(account.look(reading([8, 8, 8, 4], nps: 9)).score == Points(56.4))
    let weights = ["enterprise", "mid"].map {
      Policy.standard.resolved(tier: $0, industry: "", stage: "active").dimensions.map(\.weight)
    }
    #expect(weights == [[70, 30], [80, 20]])
  }

  @Test("coverage: the share of weight with data; what is absent gives its weight to the others")
  func coverage() {
    let account = ScoredAccount(plan)
    let (all, some) = (
      account.look(reading([8, 8, 8, 4], nps: 9)), account.look(reading([8, 8, 8, 4]))
    )
    #expect(all.coverage == 1 && some.coverage == 0.8 && some.score == Points(48))
    // Without weeks before, a fifth of the outcome is left: 16 % is below the least of 50 %.
    let few = account.look(reading([4]))
    #expect(abs(few.coverage - 0.16) < 1e-12 && few.score == nil && few.band == nil)
  }

  @Test("quadrants of commitment and temperature, and the dead band around their threshold")
  func quadrants() {
    func quadrant(_ calls: Int, _ days: Int, before: Bool? = nil) -> Quadrant? {
      let account = ScoredAccount(plan)
      if let before {
        account.row.commitment = before ? 1 : 0
        account.row.temperature = before ? 1 : 0
      }
      let calls = events(on: (0..<calls).map { 63 + $0 % days }, type: "call")
      let past = events(on: [56, 49, 42], type: "call")
      return account.look(
        NaiveWindows.reading(of: plan.quantities, past + calls, at: day(70))
      ).quadrant
    }
    #expect(quadrant(9, 7) == .redCarpet && quadrant(9, 2) == .convert)
    #expect(quadrant(3, 2) == .nurture && quadrant(4, 4) == .nurture)
    // 50 points on both axes lie within the dead band: the side before is kept.
    #expect(quadrant(5, 5, before: true) == .redCarpet && quadrant(5, 5, before: false) == .nurture)
  }

  @Test("quadrants go from tick to tick: within the dead band the side of the last score is kept")
  func quadrantsFromTickToTick() {
    let account = ScoredAccount(plan)
    // Calls of the last week on as many days: 70 points on both axes, then 50, then 40, then 50 again.
    func quadrant(_ calls: Int, at end: Int) -> Quadrant? {
      let now = events(on: (0..<calls).map { end - 7 + $0 }, type: "call")
      let past = events(on: [0, 7, 14], type: "call")
      return account.score(
        NaiveWindows.reading(of: plan.quantities, past + now, at: day(end))
      ).quadrant
    }
    let found = [(7, 70), (5, 77), (4, 84), (5, 91), (6, 98)].map(quadrant)
    #expect(found == [.redCarpet, .redCarpet, .nurture, .nurture, .redCarpet])
  }

  @Test("costly: temperature without commitment")
  func costly() {
    let calls = events(on: [56, 49, 42, 63], type: "call") + events(on: 63..<70)
    let reading = NaiveWindows.reading(of: plan.quantities, calls, at: day(70))
    #expect(ScoredAccount(plan).look(reading).quadrant == .costly)
  }

  @Test("bands with hysteresis: a cut must be passed by two points before the band changes")
  func bands() {
    // All weeks alike, without a good word: 0.8 · (1 · 10 + 4 · 100) ÷ 5 = 65.6 points.
    let account = ScoredAccount(plan)
    account.row.band = 1
    #expect(account.look(reading([1, 1, 1, 1], nps: 0)).band == "green")
    let cuts = BandCuts(Self.policy)
    #expect(
      cuts.band(of: Points(61.9), before: 1) == 1 && cuts.band(of: Points(62), before: 1) == 2)
    #expect(
      cuts.band(of: Points(58.1), before: 2) == 2 && cuts.band(of: Points(57.9), before: 2) == 1)
  }

  @Test("bands go from tick to tick: what was held is kept until a cut is passed by the hysteresis")
  func bandsFromTickToTick() {
    var policy = Self.policy
    policy.bands = [Band("yellow", from: 0), Band("green", from: 90)]
    let account = ScoredAccount(PolicyPlan(policy))
    // Ten calls every week make 80 points of outcome; the mean answer, 0…10, adds twice itself.
    func band(_ nps: Double, at end: Int) -> String? {
      let calls = (0..<end).flatMap { events(on: [$0], perDay: $0 % 7 < 3 ? 2 : 1, type: "call") }
      let answer = TestEvent(time: day(end - 1), type: "nps", value: nps)
      return account.score(
        NaiveWindows.reading(of: account.plan.quantities, calls + [answer], at: day(end))
      ).band
    }
    let found = [(4, 70), (5.5, 77), (6.5, 84), (4.5, 91), (3.5, 98)].map(band)
    // 88, 91, 93, 89 and 87 points.
    #expect(found == ["yellow", "yellow", "green", "green", "yellow"])
  }

  @Test("confidence: coverage × e ÷ (e + 7), e being active days and days of silence since")
  func confidence() {
    let account = ScoredAccount(plan)
    // All weeks alike, every day active: e is the age in days.
    func score(_ days: Range<Int>, at end: Int) -> HealthScore {
      account.look(
        NaiveWindows.reading(of: plan.quantities, events(on: days, type: "call"), at: day(end)))
    }
    let (week, month) = (score(0..<7, at: 7), score(0..<28, at: 28))
    #expect(abs(week.confidence - week.coverage * 0.5) < 1e-12)
    #expect(abs(month.confidence - month.coverage * 0.8) < 1e-12)
    // Three active days and four of silence make a week.
    let silent = score(0..<3, at: 7)
    #expect(abs(silent.confidence - silent.coverage * 0.5) < 1e-12)
    #expect(abs(score(0..<200, at: 200).confidence - 0.8 * 63 / 70) < 1e-12)
  }

  @Test("trend: points a day over the last scores; and the difference to the score a week ago")
  func trend() {
    let account = ScoredAccount(plan)
    let all = events(on: Array(0..<84), type: "call") + events(on: 63..<84, type: "call")
    // From day 63 to 66 the calls of the last week go from 7 to 10, and their points from 70 to 100, a fifth of the score;
    // the ratio's are 100 throughout: 94, 96, 98, 100, and then 100.
    var found: [Int: HealthScore] = [:]
    for end in 63...72 {
      found[end] = account.score(NaiveWindows.reading(of: plan.quantities, all, at: day(end)))
    }
    #expect(found[66]?.score == Points(100))
    #expect(found[66]?.trend.map { abs($0 - 2) < 1e-9 } == true && found[72]?.trend == 0)
    #expect(found[69]?.weekChange == nil && found[70]?.weekChange == Points(6))
    #expect(found[72]?.weekChange == Points(2))
  }

  @Test("explanation: value, expected, sub-score, weight, contribution to score and to change")
  func explanation() throws {
    let account = ScoredAccount(plan)
    _ = account.score(reading([8, 8, 8, 8]))
    let score = account.score(reading([8, 8, 8, 4]))
    let measure = try #require(score.measures.first { $0.name == "calls_ratio" })
    #expect(measure.value == 4 && measure.expected == 8 && measure.subscore == Points(50))
    #expect(measure.weight == 0.8 && measure.contribution == Points(40))
    #expect(measure.change == Points(-40) && score.change == Points(-48))
    #expect(score.summary.hasPrefix("48, yellow: "), "\(score.summary)")
    #expect(
      score.summary.contains("calls ratio 4 where 8 were expected, −40.0"), "\(score.summary)")
  }
}
