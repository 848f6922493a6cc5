import Testing
import ThermoclineCore

@testable import Thermocline

@Suite struct RollupTableTests {
  private func rollup(_ segment: String, red: Int, green: Int, mean: Double?) -> HealthRollup {
    var rollup = HealthRollup(segment: segment, at: EventTime(milliseconds: 0), policy: "p@1")
    rollup.accounts = red + green
    rollup.bands = [NamedCount(name: "red", count: red), NamedCount(name: "green", count: green)]
    rollup.mean = mean.map { Points($0) }
    rollup.revenueAtRisk = 1_234_599
    rollup.redTrend = mean.map { $0 / 10_000 }
    return rollup
  }

  @Test("the portfolio first, then tiers by name, in columns; nothing moves the cursor")
  func table() {
    let all = [
      rollup("tier=small", red: 0, green: 1, mean: nil),
      rollup("tier=mi\u{1B}d", red: 2, green: 8, mean: 61.25),
      rollup("industry=x", red: 0, green: 1, mean: 1),
      rollup("portfolio", red: 12, green: 9, mean: 60),
    ]
    let choice = RollupTable.choice(
      Dictionary(uniqueKeysWithValues: all.map { ($0.segment, $0) }))
    #expect(
      RollupTable.lines(choice) == [
        "segment     accounts  red  green  mean  revenue at risk  red, a week",
        "portfolio         21   12      9  60.0           12,345  +4.2 points",
        "tier=mi�d         10    2      8  61.3           12,345  +4.3 points",
        "tier=small         1    0      1     -           12,345            -",
      ])
  }
}
