import Testing
import ThermoclineTestKit

@testable import ThermoclineBacktest

@Suite struct AccountBootstrapTests {
  private func mean(_ values: [Double]) -> AccountBootstrap.Statistic {
    { weights in
      var (sum, total) = (0.0, 0.0)
      for (value, weight) in zip(values, weights) {
        sum += value * Double(weight)
        total += Double(weight)
      }
      return sum / total
    }
  }

  private func values(_ count: Int, seed: UInt64) -> [Double] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Double.random(in: 0..<1, using: &random) }
  }

  /// The mean of n numbers has standard error s ÷ √n; 95 % are within 1.96 of it.
  @Test func theIntervalOfAMeanIsThatOfTheory() {
    let numbers = values(400, seed: 5)
    let middle = numbers.reduce(0, +) / 400
    let variance = numbers.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / 400
    let error = (variance / 400).squareRoot()
    let found = AccountBootstrap(
      [mean(numbers)], members: Array(0..<400), accountsCount: 400, count: 2_000, seed: 3
    ).estimate(0)
    #expect(found.value == mean(numbers)(Array(repeating: 1, count: 400)))
    // 2,000 draws know an end of the interval to about 5 % of its half width.
    #expect(abs((found.high - middle) / (1.96 * error) - 1) < 0.15, "\(found)")
    #expect(abs((middle - found.low) / (1.96 * error) - 1) < 0.15, "\(found)")
  }

  @Test func differencesArePaired() {
    let numbers = values(200, seed: 6)
    let drawn = AccountBootstrap(
      [mean(numbers.map { $0 + 0.25 }), mean(numbers)], members: Array(0..<200),
      accountsCount: 200, count: 300, seed: 4)
    let difference = drawn.difference(0, 1)
    #expect(abs(difference.low - 0.25) < 1e-9 && abs(difference.high - 0.25) < 1e-9)
    #expect(drawn.estimate(0).high - drawn.estimate(0).low > 0.02)
  }

  @Test func theSameSeedGivesTheSameAndAnotherDoesNot() {
    let numbers = values(50, seed: 7)
    func estimate(_ seed: UInt64) -> Estimate {
      AccountBootstrap(
        [mean(numbers)], members: Array(0..<50), accountsCount: 50, count: 200, seed: seed
      ).estimate(0)
    }
    #expect(estimate(1) == estimate(1))
    #expect(estimate(1) != estimate(2))
  }

  @Test func accountsThatAreNoMembersWeighNothing() {
    let drawn = AccountBootstrap(
      [{ Double($0[2] + $0[3]) }, { Double($0[0] + $0[1]) }], members: [0, 1], accountsCount: 4,
      count: 50, seed: 1)
    #expect(drawn.estimate(0).high == 0)
    #expect(drawn.estimate(1).low == 2 && drawn.estimate(1).high == 2)
  }

  /// numpy 2.4.6: quantile([1, 2, 4, 8, 16], [0.025, 0.975]).
  @Test func intervalsAreQuantilesAsNumpyHasThem() {
    let found = Estimate(value: 4, replicates: [8, 1, 16, 2, 4])
    #expect(abs(found.low - 1.1) < 1e-12 && abs(found.high - 15.2) < 1e-12)
    let undefined = Estimate(value: 4, replicates: [.nan, .nan, 1])
    #expect(undefined.low.isNaN && undefined.high.isNaN)
  }
}
