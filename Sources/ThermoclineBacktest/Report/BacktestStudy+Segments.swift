internal import ThermoclineCore

/// The same figures for each tier and industry.
extension BacktestStudy {
  /// Most segments of one kind that are shown: those with the most cases.
  private static let segmentsMax = 12

  func segments(_ horizon: Int) -> [SegmentFigures] {
    segments("tier", horizon) { $0.tier } + segments("industry", horizon) { $0.industry }
  }

  private func segments(
    _ kind: String, _ horizon: Int, _ name: (BacktestAccount) -> String
  ) -> [SegmentFigures] {
    var members: [String: [Int]] = [:]
    for i in knownCases(horizon) {
      members[name(table.accounts[table.cases[i].account]), default: []].append(i)
    }
    // One segment is everybody, which is said already.
    guard members.count > 1 else { return [] }
    let largest = members.sorted { a, b in
      a.value.count == b.value.count ? a.key < b.key : a.value.count > b.value.count
    }
    return largest.prefix(Self.segmentsMax).map { name, cases in
      let statistics = (0..<runs.count + Self.baselines.count).map {
        scorer -> AccountBootstrap.Statistic in
        let ranked = ranked(scorer, cases, horizon)
        return { ranked.areaUnderCurve($0) }
      }
      let drawn = draw(statistics, accounts: cases.map { table.cases[$0].account })
      return SegmentFigures(
        kind: kind, name: name, cases: cases.count,
        churners: cases.count { table.cases[$0].isChurner(horizon: horizon) },
        areas: statistics.indices.map { drawn.estimate($0) })
    }
  }
}
