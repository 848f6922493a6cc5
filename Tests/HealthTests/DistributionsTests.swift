import Testing

@testable import ThermoclineHealth

/// Constants from scipy 1.17.1.
@Suite struct DistributionsTests {
  private func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-8) -> Bool {
    abs(a - b) <= tolerance * abs(b)
  }

  /// scipy.stats.nbinom.cdf(x, mean / (dispersion - 1), 1 / dispersion)
  @Test(arguments: [
    (0, 5, 3, 0.06415002990995841), (3, 10, 1.5, 0.026475260162823033),
    (100, 200, 3, 8.411717930356453e-07), (110, 200, 3.45, 4.0790652402738346e-05),
    (600, 1000, 3, 5.2118617783524614e-17), (150, 1000, 8, 1.404569794775713e-51),
    (2900, 5000, 1.13, 5.008966615519204e-206), (14000, 15000, 2, 2.2201783943668727e-09),
    (12, 10, 8, 0.7048516723083808), (60, 200, 1.0001, 2.7445010365062613e-31),
    (5000, 5000, 4, 0.5047014714552813), (-1, 5, 2, 0),
  ])
  func negativeBinomial(_ x: Double, _ mean: Double, _ dispersion: Double, _ expected: Double) {
    let p = negativeBinomialCDF(x, mean: mean, dispersion: dispersion)
    #expect(isClose(p, expected), "\(p) instead of \(expected)")
  }

  /// nbinom.cdf(x, …) − nbinom.pmf(x, …) ÷ 2 of the same.
  @Test(arguments: [
    (0, 20, 3, 8.46754390421515e-06), (60, 200, 3, 3.535900445510148e-14),
    (3, 10, 1.5, 0.01789892430864814),
  ])
  func midP(_ x: Double, _ mean: Double, _ dispersion: Double, _ expected: Double) {
    #expect(isClose(negativeBinomialMidP(x, mean: mean, dispersion: dispersion), expected))
  }

  /// scipy.stats.t.cdf(t, degrees)
  @Test(arguments: [
    (-3.5, 11, 0.002485145256945552), (-1, 4.5, 0.18400254194009424),
    (0.5, 20, 0.6887340788594882), (-12, 7, 3.179155189092549e-06),
    (-2, 300, 0.02320076049157455),
  ])
  func student(_ t: Double, _ degrees: Double, _ expected: Double) {
    #expect(isClose(studentCDF(t, degrees: degrees), expected))
  }

  /// scipy.stats.norm.ppf(p)
  @Test(arguments: [
    (1e-300, -37.0470962993612), (1e-15, -7.941345326170998), (1e-06, -4.753424308822899),
    (0.001, -3.090232306167813), (0.3, -0.5244005127080409),
  ])
  func normalQuantile(_ p: Double, _ expected: Double) {
    #expect(isClose(normalLowerQuantile(p), expected))
  }

  @Test func medianOfTheNormalIsZero() { #expect(abs(normalLowerQuantile(0.5)) < 1e-12) }

  /// scipy.special.betainc(a, b, x)
  @Test(arguments: [
    (0.1, 0.5, 0.5, 0.20483276469913345), (0.3, 200, 400, 0.03974014158348622),
    (0.9, 3, 0.7, 0.5786105753901476), (0.5, 1e5, 1e5, 0.49999999999999895),
    (1e-10, 0.01, 5, 0.8109929104464573), (0, 2, 3, 0), (1, 2, 3, 1),
  ])
  func incompleteBeta(_ x: Double, _ a: Double, _ b: Double, _ expected: Double) {
    #expect(isClose(regularizedIncompleteBeta(x, a, b), expected))
  }
}
