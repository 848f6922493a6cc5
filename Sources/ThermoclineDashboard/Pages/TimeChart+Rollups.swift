package import ThermoclineCore

/// Charts of what the midnights of a segment say.
extension TimeChart {
  /// The bands of all days, lowest first: a policy may change them.
  package static func bandNames(_ days: [HealthRollup]) -> [String] {
    var names: [String] = []
    for day in days {
      for band in day.bands where !names.contains(band.name) { names.append(band.name) }
    }
    return names
  }

  /// Shares of the bands.
  package static func bands(
    _ days: [HealthRollup], width: Double = 520, height: Double = 200
  ) -> TimeChart {
    let series = bandNames(days).map { name in
      Series(
        style: Badge.bandClass(name),
        points: days.map { day in
          let count = day.bands.first { $0.name == name }?.count ?? 0
          return (day.at, day.scored > 0 ? Double(count) / Double(day.scored) * 100 : nil)
        })
    }
    return TimeChart(
      id: "bands", title: "Shares of the bands over time",
      description: "Share of scored accounts in each band at each midnight.", series: series,
      isStacked: true, unit: " %", width: width, height: height)
  }

  /// Revenue at risk a month.
  package static func revenueAtRisk(
    _ days: [HealthRollup], width: Double = 520, height: Double = 200
  ) -> TimeChart {
    let points = days.map { (at: $0.at, value: Double?(Double($0.revenueAtRisk) / 100)) }
    let most = points.compactMap(\.value).max() ?? 0
    return TimeChart(
      id: "risk", title: "Revenue at risk over time",
      description:
        "Recurring revenue a month of the accounts in the lowest band at each midnight; at most \(Figure.number(most, decimals: 0)).",
      series: [Series(style: "risk", points: points)], top: Figure.roundTop(most), width: width,
      height: height)
  }
}
