import Foundation
import Testing
import ThermoclineCore

@testable import ThermoclineHealth

/// The whole grid, with what other rules make of it: `make validate-detector`.
@Suite struct DropValidationTests {
  static let isLong = ProcessInfo.processInfo.environment["THERMOCLINE_LONG"] == "1"
  static let means = [5.0, 20, 50, 200, 1_000, 5_000]

  /// One population of all sizes and dispersions, told apart afterwards.
  @Test(.enabled(if: isLong, "the full grid takes minutes; set THERMOCLINE_LONG=1"))
  func budgetHolds() {
    let dispersions = [1.0, 1.5, 3, 5, 8]
    let weeks = 26
    let population = DropPopulation(
      accounts: 100, weeks: weeks, means: Self.means, dispersions: dispersions, seed: 6)
    for budget in [1.0, 5, 20] {
      let fired = DropSimulation(budget: budget).firings(population.counts, from: 63).all
      func rate(_ isPart: (Int) -> Bool) -> Double {
        let part = fired.indices.filter(isPart)
        let alarms = part.reduce(0) { $0 + fired[$1].count }
        return 1_000 * Double(alarms) / Double(part.count * weeks)
      }
      let all = rate { _ in true }
      print("budget \(budget): \(all) alerts in 1,000 account-weeks")
      for mean in Self.means {
        print("  mean \(mean): \(rate { population.means[$0] == mean })")
      }
      for dispersion in dispersions {
        print("  dispersion \(dispersion): \(rate { population.dispersions[$0] == dispersion })")
      }
      #expect(all <= budget, "seed 6")
    }
  }

  @Test(.enabled(if: isLong, "the full table takes minutes; set THERMOCLINE_LONG=1"))
  func powerTable() {
    for before in [9, 12, 29] {
      for mean in [20.0, 50, 200, 1_000] {
        let power = DropSimulation(budget: 5)
          .power(mean: mean, before: before, accounts: 1_000, peers: 200, seed: 2)
        print("fall by 40 %, mean \(mean), weeks before \(before): \(power)")
        if mean == 1_000 { #expect(power.week >= 0.95) }
        if mean == 200 { #expect(power.week >= 0.6) }
        if mean == 50 { #expect(power.month >= 0.6) }
      }
      let stop = DropSimulation(budget: 5)
        .power(mean: 10, remaining: 0, before: before, accounts: 1_000, peers: 200, seed: 3)
      print("full stop, mean 10, weeks before \(before): \(stop)")
      if before >= 12 { #expect(stop.fortnight >= 0.9) }
    }
  }
}

/// The same in small, on every run.
@Suite struct DropDetectionTests {
  @Test(arguments: [(1.0, 41), (5, 42), (20, 43)] as [(Double, UInt64)])
  func budgetHolds(budget: Double, seed: UInt64) {
    let weeks = 13
    let population = DropPopulation(
      accounts: 20, weeks: weeks, means: [5, 50, 200, 5_000], dispersions: [1, 3, 8], seed: seed)
    let fired = DropSimulation(budget: budget).firings(population.counts, from: 63).all
    let alarms = fired.reduce(0) { $0 + $1.count }
    let rate = 1_000 * Double(alarms) / Double(fired.count * weeks)
    #expect(rate <= budget, "seed \(seed)")
  }

  @Test func aPolicyWithoutABudgetRaisesNoAlarm() {
    var random = SimulatedCounts(seed: 46)
    let ordinary = (0..<20).map { _ in random.days(84, weeklyMean: 50, dispersion: 3) }
    let stopped = [random.days(84, weeklyMean: 1_000, dispersion: 3, fallAt: 63, to: 0)]
    let fired = DropSimulation(budget: 0).firings(ordinary, from: 56, watched: stopped)
    #expect((fired.all + fired.watched).allSatisfy { $0.isEmpty })
  }

  @Test func aLastingFallIsFound() {
    let simulation = DropSimulation(budget: 5)
    let large = simulation.power(mean: 1_000, before: 9, accounts: 60, peers: 100, seed: 44)
    #expect(large.week >= 0.95, "seed 44: \(large)")
    let middling = simulation.power(mean: 200, before: 9, accounts: 100, peers: 100, seed: 45)
    #expect(middling.week >= 0.6, "seed 45: \(middling)")
    let small = simulation.power(mean: 50, before: 9, accounts: 100, peers: 100, seed: 47)
    #expect(small.month >= 0.6, "seed 47: \(small)")
    let stop = simulation.power(
      mean: 10, remaining: 0, before: 20, accounts: 60, peers: 200, seed: 48)
    #expect(stop.fortnight >= 0.9, "seed 48: \(stop)")
  }

  /// Everyone at half for a week: judged relative to each other.
  @Test func aHolidayRaisesNoAlarms() {
    let weeks = 6
    var population = DropPopulation(
      accounts: 25, weeks: weeks, means: [50, 1_000], dispersions: [1, 3], seed: 49)
    for i in population.counts.indices {
      for d in 70..<77 { population.counts[i][d] /= 2 }
    }
    let fired = DropSimulation(budget: 5).firings(population.counts, from: 63).all
    let alarms = fired.reduce(0) { $0 + $1.count }
    #expect(1_000 * Double(alarms) / Double(fired.count * weeks) <= 5, "seed 49: \(fired)")
  }
}
