import Testing
import ThermoclineCore

@testable import ThermoclineHealth

@Suite struct BandCutsTests {
  /// Cuts at 35 and 65, hysteresis 2: a band is left only beyond the cut by two points.
  @Test(
    arguments: [
      (64.9, nil, 1), (65, nil, 2), (0, nil, 0), (66.9, 1, 1), (67, 1, 2), (63, 2, 2),
      (62.99, 2, 1),
      (36.9, 0, 0), (37, 0, 1), (66, 0, 1), (90, 0, 2), (33, 1, 1), (32.9, 1, 0), (34, 2, 1),
      (10, 2, 0), (50, 7, 1),
    ] as [(Double, Int?, Int)])
  func bands(_ score: Double, _ before: Int?, _ expected: Int) {
    #expect(BandCuts(.standard).band(of: Points(score), before: before) == expected)
  }
}
