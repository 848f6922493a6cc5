internal import ThermoclineCore

/// Roll-ups as a table for a person.
enum RollupTable {
  /// Of the newest roll-ups those of the portfolio and of each tier.
  static func choice(_ all: [String: HealthRollup]) -> [HealthRollup] {
    let tiers = all.values.filter { $0.segment.hasPrefix("tier=") }
      .sorted { $0.segment < $1.segment }
    return (all["portfolio"].map { [$0] } ?? []) + tiers
  }

  /// A line with the columns' names, and one for each roll-up. The bands are those of the first.
  static func lines(_ rollups: [HealthRollup]) -> [String] {
    let bands = rollups.first?.bands.map(\.name) ?? []
    let names =
      ["segment", "accounts"] + bands + ["mean", "revenue at risk", "red, a week"]
    let rows = rollups.map { rollup in
      [rollup.segment, "\(rollup.accounts)"]
        + bands.map { name in "\(rollup.bands.first { $0.name == name }?.count ?? 0)" }
        + [
          rollup.mean.map { FigureText.decimal($0.value) } ?? "-",
          FigureText.grouped(Int(rollup.revenueAtRisk / 100)),
          rollup.redTrend.map { signed($0 * 700) + " points" } ?? "-",
        ]
    }
    // Tiers and bands are called what somebody chose.
    let cells = ([names] + rows).map { $0.map { DisplayText($0) } }
    let widths = names.indices.map { i in min(cells.map { $0[i].width }.max() ?? 0, widthMax) }
    return cells.map { row in
      row.indices.map { row[$0].fitted(to: widths[$0], onRight: $0 > 0).text }
        .joined(separator: "  ")
    }
  }

  private static let widthMax = 40

  private static func signed(_ value: Double) -> String {
    (value > 0 ? "+" : "") + FigureText.decimal(value)
  }
}
