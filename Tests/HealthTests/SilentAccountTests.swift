import Testing
import ThermoclineCore
import ThermoclineTestKit
import ThermoclineWindows

@testable import ThermoclineHealth

/// Silence never looks healthy.
@Suite struct SilentAccountTests {
  let plan = PolicyPlan(.standard)

  /// Ten weeks of an account by chance, then nothing.
  private func history(_ random: inout SeededGenerator) -> [TestEvent] {
    let rate = Double.random(in: 0.1...1, using: &random)
    let types = ["login", "feature_click", "bot_call", "outcome", "invite", "payment", "zork"]
    let own = types.filter { _ in Bool.random(using: &random) } + ["zork"]
    var events: [TestEvent] = []
    for d in 0..<70 where Double.random(in: 0...1, using: &random) < rate || d == 69 {
      for n in 0..<Int.random(in: 1...4, using: &random) {
        events.append(
          TestEvent(
            time: day(d) + .hours(Int64.random(in: 0..<24, using: &random)),
            type: own.randomElement(using: &random)!, user: "u\(n)",
            feature: "f\(Int.random(in: 0..<5, using: &random))"))
      }
    }
    return events
  }

  /// Every day of silence the score of an ordinary account is lower than the day before, or the same, until nothing is
  /// left; it is red long before.
  @Test(arguments: 1...6)
  func scoresFallMonotonicallyInSilence(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let events = history(&random)
    let account = ScoredAccount(plan)
    var before = Points(100)
    var (known, knownBefore) = (0.0, 0.0)
    for silent in 1...75 {
      let score = account.score(
        NaiveWindows.reading(of: plan.quantities, events, at: day(69 + silent)))
      let points = try #require(score.score)
      #expect(points <= before, "seed \(seed), day \(silent): \(score.summary)")
      before = points
      if silent >= 35 { #expect(score.band == "red", "seed \(seed), day \(silent)") }
      // What is known of an account does not shrink while it is silent, whatever has no data any more: active days that
      // leave the history are silent ones that came.
      known = score.confidence / score.coverage
      #expect(known >= knownBefore - 1e-12, "seed \(seed), day \(silent)")
      knownBefore = known
    }
    #expect(before <= Points(5), "seed \(seed): \(before.value)")
    // 63 days of it, which is all that is looked at.
    #expect(abs(known - 63.0 / 70) < 1e-12, "seed \(seed): \(known)")
  }

  /// What is good when there is little of it says nothing of an account that does nothing.
  @Test(
    arguments: [
      .count, .sum, .activeDays, .distinctUsers, .distinctFeatures,
    ] as [MeasureKind])
  func littleOfABadThingIsAbsentInSilence(kind: MeasureKind) throws {
    let falling = ControlPoints([(0, 100), (10, 0)])
    let policy = Policy(
      name: "bad", version: 1, dimensions: [Dimension("d", weight: 1)],
      measures: [
        Measure(
          "tickets", kind, of: .types(["ticket"]), window: .days(14), direction: .lowerIsBetter,
          normalisation: .target(falling), weight: 1, dimension: "d"),
        Measure(
          "days", .activeDays, normalisation: .target(ControlPoints([(0, 0), (20, 100)])),
          weight: 1, dimension: "d"),
      ], bands: [Band("all", from: 0)])
    let account = ScoredAccount(PolicyPlan(policy))
    let events = events(on: 0..<40) + events(on: [20], type: "ticket")
    func tickets(at end: Int) -> MeasureReading {
      account.look(
        NaiveWindows.reading(of: account.plan.quantities, events, at: day(end))
      ).measures[0]
    }
    // Active without a ticket for two weeks: good. Silent for two weeks: not known.
    #expect(tickets(at: 40).subscore == Points(100))
    #expect(tickets(at: 53).subscore == Points(100))
    #expect(tickets(at: 54).subscore == nil && tickets(at: 54).weight == 0)
  }

  /// What has stopped, while the account goes on, is zero for 63 days, however far its baseline looks back.
  @Test(arguments: [("bot_call", 2), ("bot_call", 8), ("outcome", 3), ("login", 3), ("invite", 0)])
  func whatHasStoppedIsZeroForTheWholeHistory(type: String, weeks: Int) throws {
    var policy = Policy.standard
    let place = try #require(
      policy.measures.firstIndex { $0.filter.types.contains(type) && $0.weight > 0 })
    if weeks > 0 {
      policy.measures[place].normalisation = .baseline(
        policy.measures[place].normalisation.points, weeks: weeks, weeksMin: 2)
      policy.measures[place].weight = 60
    }
    // Fewer events in all are another matter, which the account's own past gets used to.
    let all7 = try #require(policy.measures.firstIndex { $0.name == "events_7d" })
    policy.measures[all7].weight = 0
    let account = ScoredAccount(PolicyPlan(policy))
    let all = events(on: 0..<200, perDay: 3, type: "zork") + events(on: 0..<60, type: type)
    var stopped = Points(100)
    for end in 60...130 {
      let score = account.score(
        NaiveWindows.reading(of: account.plan.quantities, all, at: day(end)))
      let line = score.measures[place]
      if end <= 122 {
        #expect(line.value != nil, "day \(end)")
      } else {
        #expect(line.value == nil && line.subscore == nil, "day \(end)")
      }
      // The window is empty, and nothing gets better by that.
      guard (88...122).contains(end) else { continue }
      #expect(line.value == 0 && line.subscore == Points(weeks > 0 ? 0 : 20), "day \(end)")
      #expect(score.score! <= stopped, "day \(end): \(score.summary)")
      stopped = score.score!
    }
  }

  /// An account that has been silent may rise again by what it does.
  @Test func onlySilenceHoldsAScore() {
    let account = ScoredAccount(plan)
    func score(_ days: [Int], at end: Int) -> Points {
      account.score(
        NaiveWindows.reading(of: plan.quantities, events(on: days, perDay: 3), at: day(end))
      ).score!
    }
    let active = Array(0..<60)
    let silent = score(active, at: 70)
    #expect(score(active + [70], at: 71) > silent)
  }

  /// A ratio of nothing to nothing is no good sign, whichever way is good.
  @Test(arguments: Direction.allCases)
  func nothingToNothingIsNeverGood(direction: Direction) {
    let rises = direction == .higherIsBetter
    let policy = Policy(
      name: "ratio", version: 1, dimensions: [Dimension("d", weight: 1)],
      measures: [
        Measure(
          "week", .count, window: .days(7), direction: direction,
          normalisation: .baseline(
            ControlPoints([(0, rises ? 0 : 100), (2, rises ? 100 : 0)]), weeks: 4, weeksMin: 2),
          weight: 1, dimension: "d")
      ], bands: [Band("all", from: 0)], coverageMin: 0)
    let account = ScoredAccount(PolicyPlan(policy))
    for end in [90, 120] {
      let line = account.look(
        NaiveWindows.reading(of: account.plan.quantities, events(on: 0..<70), at: day(end))
      ).measures[0]
      #expect(line.subscore.map { $0 == .zero } ?? true, "\(direction), day \(end): \(line)")
    }
  }
}
