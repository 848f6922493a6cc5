import Testing

@testable import ThermoclineHealth

@Suite struct PolygammaFunctionsTests {
  /// scipy.special 1.17.1: digamma(x), polygamma(1, x).
  @Test(arguments: [
    (0.05, -20.49784499129987, 401.53235734211506),
    (0.5, -1.9635100260214235, 4.93480220054468),
    (1.0, -0.5772156649015329, 1.6449340668482266),
    (2.0, 0.42278433509846713, 0.6449340668482266),
    (3.5, 1.103156640645243, 0.3303577561002349),
    (10.0, 2.251752589066721, 0.10516633568168576),
    (100.0, 4.600161852738088, 0.010050166663333573),
  ])
  func values(_ x: Double, _ psi: Double, _ prime: Double) {
    #expect(abs(digamma(x) - psi) <= 1e-11 * max(1, abs(psi)))
    #expect(abs(trigamma(x) - prime) <= 1e-11 * prime)
  }
}
