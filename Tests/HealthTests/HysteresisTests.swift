import Testing
import ThermoclineCore

@testable import ThermoclineHealth

@Suite struct HysteresisTests {
  /// Cuts at 35 and 65, hysteresis 2: a band is left only beyond the cut by two points.
  @Test(
    arguments: [
      (64.9, nil, 1), (65, nil, 2), (0, nil, 0), (66.9, 1, 1), (67, 1, 2), (63, 2, 2),
      (62.99, 2, 1),
      (36.9, 0, 0), (37, 0, 1), (66, 0, 1), (90, 0, 2), (33, 1, 1), (32.9, 1, 0), (34, 2, 1),
      (10, 2, 0), (50, 7, 1),
    ] as [(Double, Int?, Int)])
  func bands(_ score: Double, _ before: Int?, _ expected: Int) {
    #expect(Policy.standard.band(of: Points(score), before: before) == expected)
  }

  /// Threshold 50, dead band 5.
  @Test(
    arguments: [
      (50, nil, true), (49.9, nil, false), (45, true, true), (44.9, true, false),
      (55, false, false),
      (55.1, false, true), (50, true, true), (50, false, false),
    ] as [(Double, Bool?, Bool)])
  func axes(_ points: Double, _ before: Bool?, _ expected: Bool) {
    #expect(AxisRule().isHigh(Points(points), before: before) == expected)
  }

  @Test func quadrants() {
    func quadrant(_ c: Bool, _ t: Bool) -> Quadrant {
      Quadrant(isCommitmentHigh: c, isTemperatureHigh: t)
    }
    #expect(quadrant(true, true) == .redCarpet)
    #expect(quadrant(true, false) == .convert)
    #expect(quadrant(false, false) == .nurture)
    #expect(quadrant(false, true) == .costly)
  }
}
