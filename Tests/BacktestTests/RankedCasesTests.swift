import Testing
import ThermoclineTestKit

@testable import ThermoclineBacktest

@Suite struct RankedCasesTests {
  private let risks = [0.9, 0.9, 0.7, 0.6, 0.6, 0.6, 0.4, 0.3, 0.3, 0.1]
  private let churners = [true, false, true, false, true, false, false, true, false, false]

  /// scipy 1.17.1: mannwhitneyu(r[y==1], r[y==0]).statistic / 24; average precision from its
  /// definition over the distinct thresholds in numpy.
  @Test func agreesWithScipyOnTies() {
    let ranked = RankedCases(risks: risks, isChurner: churners, accounts: Array(0..<10))
    let ones = [Int32](repeating: 1, count: 10)
    #expect(abs(ranked.areaUnderCurve(ones) - 0.6666666666666666) < 1e-15)
    #expect(abs(ranked.averagePrecision(ones) - 0.5277777777777777) < 1e-15)
    #expect(ranked.count == 10 && ranked.churners == 4)
  }

  /// Every pair looked at; every threshold counted anew; cases that weigh n stand n times.
  @Test(arguments: [UInt64(1), 2, 3, 4])
  func agreesWithLookingAtEveryPair(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<30 {
      let n = Int.random(in: 2...60, using: &random)
      let accounts = (0..<n).map { _ in Int.random(in: 0..<12, using: &random) }
      let risks = (0..<n).map { _ in Double(Int.random(in: 0...8, using: &random)) / 4 }
      let churners = (0..<n).map { _ in Bool.random(using: &random) }
      let weights = (0..<12).map { _ in Int32.random(in: 0...3, using: &random) }
      let ranked = RankedCases(risks: risks, isChurner: churners, accounts: accounts)
      let copies = (0..<n).flatMap { i in (0..<weights[accounts[i]]).map { _ in i } }
      let (left, stayed) = (copies.filter { churners[$0] }, copies.filter { !churners[$0] })
      var pairs = 0.0
      for a in left {
        for b in stayed { pairs += risks[a] > risks[b] ? 1 : risks[a] == risks[b] ? 0.5 : 0 }
      }
      let area = pairs / Double(left.count * stayed.count)
      let found = ranked.areaUnderCurve(weights)
      #expect(area.isNaN ? found.isNaN : abs(found - area) < 1e-12, "seed \(seed)")
      var (precision, recalled) = (0.0, 0)
      for threshold in Set(risks).sorted(by: >) {
        let above = copies.filter { risks[$0] >= threshold }
        let hits = above.count { churners[$0] }
        if hits > recalled {
          precision += Double(hits - recalled) * Double(hits) / Double(above.count)
        }
        recalled = hits
      }
      precision /= Double(left.count)
      let average = ranked.averagePrecision(weights)
      #expect(
        precision.isNaN ? average.isNaN : abs(average - precision) < 1e-12, "seed \(seed)")
    }
  }

  /// Trapezoids under the curve's corners are the area.
  @Test func theCurveHoldsTheArea() {
    let ranked = RankedCases(risks: risks, isChurner: churners, accounts: Array(0..<10))
    let corners = ranked.curve
    var area = 0.0
    for (a, b) in zip(corners, corners.dropFirst()) {
      area += (b.others - a.others) * (a.churners + b.churners) / 2
    }
    #expect(abs(area - 2.0 / 3) < 1e-12)
    #expect(corners.first! == (0, 0) && corners.last! == (1, 1))
  }
}
