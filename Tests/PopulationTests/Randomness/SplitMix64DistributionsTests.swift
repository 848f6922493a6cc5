import Testing
import ThermoclineCore

@testable import ThermoclinePopulation

@Suite("Random counts")
struct SplitMix64DistributionsTests {
  @Test(arguments: [(0.3, 1.0), (3.0, 4.0), (40.0, 1.0), (40.0, 8.0), (700.0, 3.0), (0.7, 8.0)])
  func countsHaveTheirMeanAndVariance(mean: Double, dispersion: Double) {
    var random = SplitMix64(seed: 11)
    let draws = 20_000.0
    var sum = 0.0
    var squares = 0.0
    for _ in 0..<Int(draws) {
      let count = Double(random.count(mean: mean, dispersion: dispersion))
      sum += count
      squares += count * count
    }
    let sampleMean = sum / draws
    let variance = squares / draws - sampleMean * sampleMean
    let standardError = (mean * dispersion / draws).squareRoot()
    #expect(abs(sampleMean - mean) < 4 * standardError)
    #expect(abs(variance / (mean * dispersion) - 1) < 0.12)
  }

  @Test func poissonHasItsShareOfZeros() {
    var random = SplitMix64(seed: 12)
    let zeros = (0..<20_000).count { _ in random.count(mean: 2, dispersion: 1) == 0 }
    // e⁻² = 0.1353; four standard errors are 0.0097.
    #expect(abs(Double(zeros) / 20_000 - 0.1353) < 0.0097)
  }
}
