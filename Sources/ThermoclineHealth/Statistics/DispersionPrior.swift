import RealModule

/// What is believed of an account's dispersion (variance ÷ mean of weekly counts) before its own
/// weeks are seen: that of its peers, worth so many weeks of its own.
///
/// The peers' dispersions are taken as φ₀ d₀ ÷ χ²(d₀); φ₀ and d₀ follow from mean and variance of
/// their logarithms (Smyth 2004, doi 10.2202/1544-6115.1027). Where the peers are alike, d₀ is large
/// and an account with few weeks is judged as sharply as one with many.
package struct DispersionPrior: Sendable, Equatable, BitwiseCopyable {
  /// Variance ÷ mean, ≥ 1.
  package var dispersion: Double
  /// Weeks of evidence it is worth.
  package var degrees: Double

  /// Fewer accounts than this say nothing of one more.
  package static let accountsMin = 20
  /// The most a prior is worth.
  static let degreesMax = 60.0

  package init(dispersion: Double, degrees: Double) {
    self.dispersion = dispersion
    self.degrees = degrees
  }

  /// What these accounts let expect of another one; nil with too few.
  init?(_ moments: DispersionMoments) {
    guard moments.count >= Self.accountsMin else { return nil }
    let (mean, variance) = moments.logarithm
    // A variance from few accounts may be small by chance.
    let most = min(Self.degreesMax, 4 + Double(moments.count) / 5)
    degrees = min(most, Self.degrees(trigamma: variance))
    dispersion = max(1, Double.exp(mean + digamma(degrees / 2) - Double.log(degrees / 2)))
  }

  /// The d with ψ′(d ÷ 2) = `value`, 1…`degreesMax`, by halving the interval: ψ′ falls.
  private static func degrees(trigamma value: Double) -> Double {
    var (low, high) = (1.0, degreesMax)
    if value >= trigamma(low / 2) { return low }
    if value <= trigamma(high / 2) { return high }
    for _ in 0..<50 {
      let middle = (low + high) / 2
      if trigamma(middle / 2) > value { low = middle } else { high = middle }
    }
    return low
  }
}
