import Testing
import ThermoclineTestKit

@testable import ThermoclineBacktest

@Suite struct WeightFitTests {
  private let own = ScoreWeights(
    measures: [1, 9, 5], dimensionOf: [0, 0, 1], dimensions: [80, 20])

  /// Four cases of each of 150 accounts; an account leaves the likelier the lower the sub-score at
  /// `telling` is, whatever the others say.
  private func cases(
    telling: Int?, seed: UInt64
  ) -> (subscores: [[Double]], left: [Bool], accounts: [Int]) {
    var random = SeededGenerator(seed: seed)
    var (subscores, left, accounts) = ([[Double]](), [Bool](), [Int]())
    for account in 0..<150 {
      for _ in 0..<4 {
        let points = (0..<2).map { _ in Double.random(in: 0...100, using: &random) }
        let chance = telling.map { (100 - points[$0]) / 250 } ?? 0.2
        left.append(Double.random(in: 0..<1, using: &random) < chance)
        subscores.append(points + [.nan])
        accounts.append(account)
      }
    }
    return (subscores, left, accounts)
  }

  private func area(_ scores: [Double], _ left: [Bool]) -> Double {
    RankedCases(
      risks: scores.map { -$0 }, isChurner: left, accounts: Array(repeating: 0, count: left.count)
    ).areaUnderCurve([1])
  }

  @Test func findsWhatTells() {
    let (subscores, left, accounts) = cases(telling: 0, seed: 1)
    let fit = WeightFit(
      subscores: subscores, isChurner: left, accounts: accounts, accountsCount: 150, own: own,
      folds: 3, seed: 9)
    let before = area(subscores.map { own.score($0)! }, left)
    #expect(area(fit.heldOutScores, left) > before + 0.05)
    #expect(fit.penalty != nil)
    #expect(fit.weights.shares[0] > 0.4 && fit.weights.shares[1] < 0.3)
  }

  @Test func keepsTheShareOfWhatTheDataSaysNothingOf() {
    let (subscores, left, accounts) = cases(telling: 0, seed: 2)
    let fit = WeightFit(
      subscores: subscores, isChurner: left, accounts: accounts, accountsCount: 150, own: own,
      folds: 3, seed: 9)
    #expect(fit.fitted == [0, 1])
    #expect(abs(fit.weights.shares[2] - 0.2) < 1e-9)
    #expect(abs(fit.weights.shares.reduce(0, +) - 1) < 1e-9)
    #expect(fit.weights.measures.allSatisfy { $0 >= 0 })
  }

  /// Held-out scores must not know the outcome: where nothing tells, they tell nothing.
  @Test func findsNothingInNoise() {
    let (subscores, left, accounts) = cases(telling: nil, seed: 3)
    let fit = WeightFit(
      subscores: subscores, isChurner: left, accounts: accounts, accountsCount: 150, own: own,
      folds: 3, seed: 9)
    #expect(abs(area(fit.heldOutScores, left) - 0.5) < 0.08)
  }

  @Test func foldsSpreadThoseWhoLeftEvenly() {
    let hasLeft = (0..<103).map { $0 % 5 == 0 }
    let folds = AccountFolds.folds(hasLeft: hasLeft, count: 5, seed: 2)
    for fold in 0..<5 {
      #expect((20...21).contains(folds.count { $0 == fold }))
      #expect((4...5).contains(folds.indices.count { folds[$0] == fold && hasLeft[$0] }))
    }
    #expect(folds != AccountFolds.folds(hasLeft: hasLeft, count: 5, seed: 3))
  }

  @Test func absentMeasuresGiveTheirWeightToTheOthers() {
    #expect(own.score([100, 0, .nan]) == 10)
    #expect(own.score([.nan, 40, 90])! == 0.8 * 40 + 0.2 * 90)
    #expect(own.score([.nan, .nan, .nan]) == nil)
    #expect(own.shares == [0.08, 0.72, 0.2])
  }
}
