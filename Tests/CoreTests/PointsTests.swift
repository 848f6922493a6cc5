import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit

@Suite("Points")
struct PointsTests {
  @Test(
    arguments: [
      (0, 0), (100, 1_000_000), (61.4, 614_000), (-3.1, -31_000), (0.00006, 1),
      // Ties go to the even one; as a double, 0.00015 lies just below its tie.
      (0.00005, 0), (0.00025, 2), (0.00075, 8), (0.00015, 1),
      (33.333333, 333_333), (66.666666, 666_667),
    ] as [(Double, Int64)])
  func theNearestTenThousandth(_ value: Double, _ tenThousandths: Int64) {
    #expect(Points(value).tenThousandths == tenThousandths)
  }

  /// What doubles cannot do: a sum in any order and grouping is the same, and equals the decimals' sum.
  @Test func sumsAreExactAsInDecimals() throws {
    let seed: UInt64 = 0x5EED_0003
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let parts = (0..<20).map { _ in Int64.random(in: -1_000_000...1_000_000, using: &random) }
      let sum = parts.shuffled(using: &random).reduce(Points.zero) {
        $0 + Points(tenThousandths: $1)
      }
      let decimals = parts.reduce(Decimal(0)) { $0 + Decimal($1) / 10_000 }
      #expect(Decimal(sum.tenThousandths) / 10_000 == decimals, "seed \(seed)")
      let back = parts.reduce(sum) { $0 - Points(tenThousandths: $1) }
      #expect(back == .zero)
    }
  }

  @Test func valuesGoThereAndBack() {
    let seed: UInt64 = 0x5EED_0004
    var random = SeededGenerator(seed: seed)
    for _ in 0..<1_000 {
      let points = Points(tenThousandths: .random(in: -1_000_000...1_000_000, using: &random))
      #expect(Points(points.value) == points, "seed \(seed)")
    }
    #expect(Points(1) < Points(1.0001) && Points(-1) < .zero)
  }
}
