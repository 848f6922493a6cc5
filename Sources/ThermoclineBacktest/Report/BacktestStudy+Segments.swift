internal import ThermoclineCore

/// The same figures for each tier, industry and stage.
extension BacktestStudy {
  /// Most segments of one kind that are shown: those with the most cases.
  private static let segmentsMax = 12

  func segments(_ horizon: Int) -> [SegmentFigures] {
    let cases = knownCases(horizon)
    let (accounts, churners) = (
      cases.map { table.cases[$0].account },
      cases.map { table.cases[$0].isChurner(horizon: horizon) }
    )
    let expected = runs.map { run in
      let scores = cases.map { run.samples[$0]?.points ?? 0 }
      return Dictionary(
        uniqueKeysWithValues: zip(cases, chances(scores, churners, accounts).chances))
    }
    func account(_ i: Int) -> BacktestAccount { table.accounts[table.cases[i].account] }
    return segments("tier", horizon, expected) { account($0).tier }
      + segments("industry", horizon, expected) { account($0).industry }
      + segments("stage", horizon, expected) { runs[0].samples[$0]?.stage ?? "" }
  }

  /// `expected`: of each run the chance of leaving of each case.
  private func segments(
    _ kind: String, _ horizon: Int, _ expected: [[Int: Double]], _ name: (Int) -> String
  ) -> [SegmentFigures] {
    var members: [String: [Int]] = [:]
    for i in knownCases(horizon) { members[name(i), default: []].append(i) }
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
        areas: statistics.indices.map { drawn.estimate($0) },
        lifts: runs.map { bands($0, horizon, cases)[0].lift },
        notGreen: runs.map { notBest($0, horizon, cases) },
        expectedRates: expected.map { chances in
          cases.reduce(0) { $0 + chances[$1]! } / Double(cases.count)
        })
    }
  }
}
