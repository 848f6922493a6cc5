import Testing
import ThermoclineCore

@testable import ThermoclineHealth

@Suite struct AxisRuleTests {
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
