internal import ThermoclineCore

/// Works the figures out. The same cases, runs and seed give the same report.
package struct BacktestStudy: Sendable {
  let table: CaseTable
  let runs: [PolicyRun]
  let bootstrap: Int
  let seed: UInt64
  /// Places of the cases every run has a score for.
  let scored: [Int]

  /// One or two runs whose samples follow the table's cases.
  package init(_ table: CaseTable, _ runs: [PolicyRun], bootstrap: Int = 1_000, seed: UInt64 = 1) {
    precondition((1...2).contains(runs.count))
    precondition(runs.allSatisfy { $0.samples.count == table.cases.count })
    self.table = table
    self.runs = runs
    self.bootstrap = bootstrap
    self.seed = seed
    scored = table.cases.indices.filter { i in
      runs.allSatisfy { $0.samples[i]?.points != nil }
    }
  }

  package static let baselines = ["days_since_last_event", "active_days_28d", "ratio_7d_28d"]

  /// `progress` is called with the parts done and in all.
  package func report(progress: (Int, Int) -> Void = { _, _ in }) -> BacktestReport {
    var report = BacktestReport(
      scorers: runs.map(\.policy) + Self.baselines, policies: runs.count,
      accounts: Set(table.cases.map(\.account)).count,
      churners: Set(table.cases.filter { $0.churnDay != nil }.map(\.account)).count,
      cases: table.cases.count, unscored: table.cases.count - scored.count, bootstrap: bootstrap,
      seed: seed, plan: table.plan)
    if runs.count == 2, runs[0].policy == runs[1].policy { report.scorers[1] += " (compared)" }
    let parts = table.plan.horizons.count + 4
    for (done, horizon) in table.plan.horizons.enumerated() {
      progress(done, parts)
      report.horizons.append(figures(horizon: horizon))
    }
    let horizon = table.plan.horizons[0]
    progress(parts - 4, parts)
    report.curves = (0..<report.scorers.count).map {
      ranked($0, knownCases(horizon), horizon).curve
    }
    report.bandNames = runs.map(\.bands)
    report.bands = runs.map { bands($0, horizon) }
    report.bandsAcross = bandsAcross(horizon)
    progress(parts - 3, parts)
    report.notGreen = runs.map { notGreen($0, horizon) }
    report.calibration = runs.map { calibration($0, horizon) }
    progress(parts - 2, parts)
    report.segments = segments(horizon)
    progress(parts - 1, parts)
    report.alerts = runs.map { alerts($0) }
    return report
  }

  /// Scored cases whose outcome is known.
  func knownCases(_ horizon: Int) -> [Int] {
    scored.filter { table.cases[$0].day + horizon <= table.knownDay }
  }

  /// Higher = more likely to leave.
  func risk(_ scorer: Int, _ i: Int) -> Double {
    if scorer < runs.count { return -(runs[scorer].samples[i]?.points ?? .nan) }
    let facts = table.cases[i].facts
    switch scorer - runs.count {
    case 0: return Double(facts.daysSinceLastEvent)
    case 1: return -Double(facts.activeDays)
    default: return -facts.weekRatio
    }
  }

  func ranked(_ scorer: Int, _ cases: [Int], _ horizon: Int) -> RankedCases {
    RankedCases(
      risks: cases.map { risk(scorer, $0) },
      isChurner: cases.map { table.cases[$0].isChurner(horizon: horizon) },
      accounts: cases.map { table.cases[$0].account })
  }

  func draw(
    _ statistics: [AccountBootstrap.Statistic], accounts: some Sequence<Int>
  ) -> AccountBootstrap {
    AccountBootstrap(
      statistics, members: Set(accounts).sorted(), accountsCount: table.accounts.count,
      count: bootstrap, seed: seed)
  }

  private func figures(horizon: Int) -> HorizonFigures {
    let cases = knownCases(horizon)
    let scorers = runs.count + Self.baselines.count
    var statistics: [AccountBootstrap.Statistic] = []
    for scorer in 0..<scorers {
      let ranked = ranked(scorer, cases, horizon)
      statistics.append { ranked.areaUnderCurve($0) }
      statistics.append { ranked.averagePrecision($0) }
    }
    let drawn = draw(statistics, accounts: cases.map { table.cases[$0].account })
    let all = 0..<scorers
    return HorizonFigures(
      horizon: horizon, cases: cases.count,
      churners: cases.count { table.cases[$0].isChurner(horizon: horizon) },
      areas: all.map { drawn.estimate(2 * $0) },
      precisions: all.map { drawn.estimate(2 * $0 + 1) },
      areaGains: all.map { drawn.difference(0, 2 * $0) },
      precisionGains: all.map { drawn.difference(1, 2 * $0 + 1) })
  }
}
