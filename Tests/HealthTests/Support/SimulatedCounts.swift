import Foundation
import ThermoclineTestKit

/// Daily counts of a stationary account with a weekly rhythm.
struct SimulatedCounts {
  var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  static let rhythm = [1.2, 1.3, 1.3, 1.2, 1.1, 0.5, 0.4].map { $0 / 7.0 }

  /// Negative binomial days of variance = dispersion × mean whose weeks have this mean.
  mutating func days(
    _ n: Int, weeklyMean: Double, dispersion: Double, fallAt: Int? = nil,
    to remaining: Double = 0.6
  ) -> [Int64] {
    (0..<n).map { d in
      let level = fallAt.map { d >= $0 ? remaining : 1.0 } ?? 1
      let mean = weeklyMean * Self.rhythm[d % 7] * level
      guard mean > 0 else { return 0 }
      guard dispersion > 1 else { return poisson(mean) }
      // A Poisson count whose mean is gamma distributed.
      return poisson(gamma(shape: mean / (dispersion - 1)) * (dispersion - 1))
    }
  }

  private mutating func uniform() -> Double { Double.random(in: 1e-12..<1, using: &generator) }

  private mutating func normal() -> Double {
    (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform())
  }

  /// Marsaglia and Tsang 2000.
  private mutating func gamma(shape: Double) -> Double {
    if shape < 1 { return gamma(shape: shape + 1) * pow(uniform(), 1 / shape) }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let v = pow(1 + c * x, 3)
      if v > 0, log(uniform()) < x * x / 2 + d - d * v + d * log(v) { return d * v }
    }
  }

  /// Knuth's product below 60, the rounded normal above, which is close enough there.
  private mutating func poisson(_ mean: Double) -> Int64 {
    if mean > 60 { return max(0, Int64((mean + mean.squareRoot() * normal()).rounded())) }
    let limit = exp(-mean)
    var (n, product) = (Int64(0), uniform())
    while product > limit {
      n += 1
      product *= uniform()
    }
    return n
  }
}
