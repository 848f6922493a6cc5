import Testing
import ThermoclineCore
import ThermoclineTestKit
import ThermoclineWindows

@testable import ThermoclineHealth

@Suite struct ScoreEvaluatorTests {
  let evaluator = ScoreEvaluator(PolicyPlan(.standard))

  private func randomReading(_ random: inout SeededGenerator, _ at: EventTime) -> WindowReading {
    let values = evaluator.plan.quantities.map { quantity -> Int64 in
      if Int.random(in: 0..<4, using: &random) == 0 { return 0 }
      let most: Int64 = quantity.aggregate == .sum ? 50_000_000 : 40
      return Int64.random(in: 0...most, using: &random)
    }
    let first = at - .days(Int64.random(in: 1...100, using: &random))
    let last = at - .hours(Int64.random(in: 0...24, using: &random))
    return WindowReading(
      at: at, values: values, lastEvent: max(first, last), firstEvent: first, isFinal: true)
  }

  @Test(arguments: [11, 12, 13] as [UInt64])
  func contributionsAddUpExactly(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var memory = ScoreMemory()
    var previous: Points?
    for n in 0..<200 {
      let reading = randomReading(&random, day(n))
      let score = evaluator.score(account: "a", reading: reading, memory: memory)
      let sum = score.measures.reduce(Points.zero) { $0 + $1.contribution }
      #expect(score.score == sum, "seed \(seed), tick \(n)")
      #expect((0...1_000_000).contains(sum.tenThousandths))
      #expect(abs(score.measures.reduce(0) { $0 + $1.weight } - 1) < 1e-12)
      for measure in score.measures {
        let exact = measure.weight * Double(measure.subscore?.tenThousandths ?? 0)
        #expect(abs(exact - Double(measure.contribution.tenThousandths)) <= 1)
      }
      let change = score.measures.reduce(Points.zero) { $0 + $1.change }
      #expect(change == sum - (previous ?? .zero), "seed \(seed), tick \(n)")
      #expect(score.change == previous.map { sum - $0 })
      memory = evaluator.commit(score, to: memory)
      previous = score.score
    }
  }

  @Test func earlyReadingsLeaveNoTrace() {
    var random = SeededGenerator(seed: 5)
    var reading = randomReading(&random, day(3))
    let memory = evaluator.commit(
      evaluator.score(account: "a", reading: reading), to: ScoreMemory())
    reading = randomReading(&random, day(4))
    reading.isFinal = false
    let early = evaluator.score(account: "a", reading: reading, memory: memory)
    #expect(!early.isFinal)
    #expect(evaluator.commit(early, to: memory) == memory)
  }

  @Test(arguments: [21, 22] as [UInt64])
  func moreOfAGoodThingNeverCosts(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let good = evaluator.plan.measures.indices.filter {
      evaluator.plan.policy.measures[$0].direction == .higherIsBetter
    }
    for n in 0..<300 {
      let before = randomReading(&random, day(n))
      guard
        case .quantity(let place) = evaluator.plan.measures[good.randomElement(using: &random)!]
          .source
      else { continue }
      // An event seen for the first time makes its measure present, which is another matter.
      guard before.values[place] > 0 else { continue }
      // Users are also what stickiness is divided by, and opened tickets what answered ones are.
      let quantity = evaluator.plan.quantities[place]
      guard quantity.aggregate != .distinctUsers else { continue }
      var after = before
      after.values[place] += Int64.random(in: 1...20, using: &random)
      let a = evaluator.score(account: "a", reading: before)
      let b = evaluator.score(account: "a", reading: after)
      #expect(b.score! >= a.score!, "seed \(seed), \(quantity)")
    }
  }

  @Test func onlyProportionsOfWeightsMatter() {
    var policy = Policy.standard
    for i in policy.measures.indices { policy.measures[i].weight *= 0.37 }
    for i in policy.dimensions.indices { policy.dimensions[i].weight *= 1.0 / 3 }
    let scaled = ScoreEvaluator(PolicyPlan(policy))
    var random = SeededGenerator(seed: 31)
    for n in 0..<200 {
      let reading = randomReading(&random, day(n))
      #expect(
        scaled.score(account: "a", reading: reading)
          == evaluator.score(account: "a", reading: reading))
    }
  }

  @Test func absentIsNotZero() throws {
    let days = events(on: 0..<63)
    let ticket = TestEvent(time: day(60) + .hours(1), type: "ticket_answered", value: 5_000)
    let quantities = evaluator.plan.quantities
    let without = evaluator.score(
      account: "a", reading: NaiveWindows.reading(of: quantities, days, at: day(63)))
    let with = evaluator.score(
      account: "a", reading: NaiveWindows.reading(of: quantities, days + [ticket], at: day(63)))
    let absent = try #require(without.measures.first { $0.name == "answer_minutes_28d" })
    #expect(absent.value == nil && absent.subscore == nil && absent.weight == 0)
    #expect(without.dimensions[1] == NamedPoints(name: "experience", points: nil))
    #expect(without.score == without.dimensions[0].points)
    let zero = try #require(with.measures.first { $0.name == "answer_minutes_28d" })
    #expect(zero.value == 5_000 && zero.subscore == .zero)
    #expect(abs(zero.weight - 0.2) < 1e-12)
    #expect(with.dimensions[1].points == .zero)
    #expect(with.coverage > without.coverage)
    #expect(with.score! < without.score!)
  }

  @Test func belowTheLeastCoverageThereIsNoScore() {
    var policy = Policy.standard
    policy.coverageMin = 0.9
    let strict = ScoreEvaluator(PolicyPlan(policy))
    let reading = NaiveWindows.reading(
      of: strict.plan.quantities, events(on: 0..<63), at: day(63))
    var memory = ScoreMemory(contributions: [1], band: 2)
    let score = strict.score(account: "a", reading: reading, memory: memory)
    #expect(score.score == nil && score.band == nil && score.change == nil && score.trend == nil)
    #expect(score.coverage > 0.4 && score.coverage < 0.9)
    #expect(score.measures.allSatisfy { $0.contribution == .zero })
    #expect(score.summary.hasPrefix("no score"))
    memory = strict.commit(score, to: memory)
    #expect(memory.contributions.isEmpty && memory.band == 2)
  }

  /// A straight line has its own slope, and a day's later final score replaces the earlier.
  @Test func trendIsTheSlopeOfDailyScores() throws {
    var memory = ScoreMemory()
    for n in 0..<10 { memory.remember(Points(50 - 1.5 * Double(n)), at: day(n), most: 7) }
    #expect(memory.daily.count == 7)
    #expect(abs(try #require(memory.slope) + 1.5) < 1e-9)
    memory.remember(Points(90), at: day(9) + .hours(5), most: 7)
    #expect(memory.daily.count == 7 && memory.daily.last?.score == 900_000)
    #expect(ScoreMemory().slope == nil)
  }

  @Test func memoryStaysSmall() {
    var memory = ScoreMemory()
    let quantities = evaluator.plan.quantities
    for n in 40..<60 {
      let reading = NaiveWindows.reading(of: quantities, events(on: 0..<60), at: day(n))
      memory = evaluator.commit(
        evaluator.score(account: "a", reading: reading, memory: memory), to: memory)
    }
    #expect(memory.daily.count == 7)
    #expect(memory.contributions.count == Policy.standard.measures.count)
  }
}
