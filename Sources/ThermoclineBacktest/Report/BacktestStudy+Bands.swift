internal import ThermoclineCore

/// Bands against what became of the cases.
extension BacktestStudy {
  /// Of the weights drawn: Σ over the cases that `part` holds ÷ Σ over those that `whole` holds.
  static func share(
    _ accounts: [Int], part: [Bool], whole: [Bool]
  ) -> AccountBootstrap.Statistic {
    { weights in
      var (over, under) = (Int64(0), Int64(0))
      for i in accounts.indices where whole[i] {
        let weight = Int64(weights[accounts[i]])
        under += weight
        if part[i] { over += weight }
      }
      return Double(over) / Double(under)
    }
  }

  /// Of all cases, or of some of them whose outcome is known.
  func bands(_ run: PolicyRun, _ horizon: Int, _ some: [Int]? = nil) -> [BandFigures] {
    let cases = some ?? knownCases(horizon)
    let accounts = cases.map { table.cases[$0].account }
    let churners = cases.map { table.cases[$0].isChurner(horizon: horizon) }
    let everyone = [Bool](repeating: true, count: cases.count)
    let base = Self.share(accounts, part: churners, whole: everyone)
    return run.bands.indices.map { band in
      let inBand = cases.map { run.samples[$0]?.band == band }
      let rate = Self.share(accounts, part: churners, whole: inBand)
      let drawn = draw(
        [
          rate, { rate($0) / base($0) },
          Self.share(accounts, part: inBand, whole: churners),
        ], accounts: accounts)
      return BandFigures(
        band: run.bands[band], cases: inBand.count { $0 },
        churners: zip(inBand, churners).count { $0 && $1 },
        rate: drawn.estimate(0), lift: drawn.estimate(1), recall: drawn.estimate(2))
    }
  }

  /// Share of those who leave, among some cases, that are not in the best band.
  func notBest(_ run: PolicyRun, _ horizon: Int, _ cases: [Int]) -> Estimate {
    let leaving = cases.filter { table.cases[$0].isChurner(horizon: horizon) }
    let accounts = leaving.map { table.cases[$0].account }
    let share = Self.share(
      accounts, part: leaving.map { run.samples[$0]?.band != run.bands.count - 1 },
      whole: Array(repeating: true, count: leaving.count))
    return draw([share], accounts: accounts).estimate(0)
  }

  func bandsAcross(_ horizon: Int) -> [[CrossFigures]] {
    guard runs.count == 2 else { return [] }
    var across = runs[0].bands.map { _ in
      runs[1].bands.map { _ in CrossFigures(cases: 0, churners: 0) }
    }
    for i in knownCases(horizon) {
      guard let a = runs[0].samples[i]?.band, let b = runs[1].samples[i]?.band else { continue }
      across[a][b].cases += 1
      if table.cases[i].isChurner(horizon: horizon) { across[a][b].churners += 1 }
    }
    return across
  }

  func notGreen(_ run: PolicyRun, _ horizon: Int) -> [NotGreenFigures] {
    let best = run.bands.count - 1
    let cases = scored.filter { run.samples[$0]?.band != nil }
    let everyone = Self.share(
      cases.map { table.cases[$0].account },
      part: cases.map { run.samples[$0]?.band != best },
      whole: Array(repeating: true, count: cases.count))
    return Set(run.looks.map(\.daysBefore)).sorted().map { days in
      let looks = run.looks.filter { $0.daysBefore == days }
      let share = Self.share(
        looks.map(\.account), part: looks.map { $0.band != best },
        whole: Array(repeating: true, count: looks.count))
      return NotGreenFigures(
        daysBefore: days, accounts: looks.count,
        share: draw([share], accounts: looks.map(\.account)).estimate(0),
        everyone: draw([everyone], accounts: cases.map { table.cases[$0].account }).estimate(0))
    }
  }
}
