internal import ThermoclineCore

/// Figures with intervals: whole accounts are drawn with replacement, for the cases of one account
/// are not independent (cluster bootstrap; Efron and Tibshirani 1993, An Introduction to the
/// Bootstrap, ch. 8 and 13). The same seed gives the same intervals.
package struct AccountBootstrap: Sendable {
  /// A figure of the cases, each weighing as often as its account was drawn; NaN = not defined.
  package typealias Statistic = @Sendable (_ weights: [Int32]) -> Double

  /// One for each statistic.
  package private(set) var values: [Double]
  /// One list for each statistic; place by place they are of the same draw.
  private var replicates: [[Double]]

  /// Draws from the accounts `members`; of `accountsCount` in all the others weigh nothing.
  package init(
    _ statistics: [Statistic], members: [Int], accountsCount: Int, count: Int, seed: UInt64
  ) {
    let ones = [Int32](repeating: 1, count: accountsCount)
    values = statistics.map { $0(ones) }
    replicates = Array(repeating: [], count: statistics.count)
    guard !members.isEmpty else { return }
    for i in statistics.indices { replicates[i].reserveCapacity(count) }
    var weights = [Int32](repeating: 0, count: accountsCount)
    for replicate in 0..<count {
      // A sequence of its own for every replicate: their number changes none of them.
      var random = SplitMix64(seed: seed, stream: UInt64(replicate))
      for i in weights.indices { weights[i] = 0 }
      for _ in members { weights[members[random.below(members.count)]] += 1 }
      for (i, statistic) in statistics.enumerated() { replicates[i].append(statistic(weights)) }
    }
  }

  package func estimate(_ i: Int) -> Estimate {
    Estimate(value: values[i], replicates: replicates[i])
  }

  /// Statistic `i` − statistic `j`, both on the same draws (paired).
  package func difference(_ i: Int, _ j: Int) -> Estimate {
    Estimate(
      value: values[i] - values[j],
      replicates: zip(replicates[i], replicates[j]).map { $0 - $1 })
  }
}
