internal import ThermoclineCore

/// Alerts against those who left.
extension BacktestStudy {
  /// All rules together for every horizon, then each rule for the longest.
  func alerts(_ run: PolicyRun) -> [AlertFigures] {
    let starts = run.alerts.filter { isJudged($0) }
    let longest = table.plan.horizons.max()!
    return table.plan.horizons.map { figures("all", starts, $0) }
      + Set(starts.map(\.rule)).sorted().map { rule in
        figures(rule, starts.filter { $0.rule == rule }, longest)
      }
  }

  /// Alerts of accounts at risk, from their first cut-off on.
  private func isJudged(_ alert: AlertStart) -> Bool {
    let account = table.accounts[alert.account]
    return alert.day >= account.originDay + table.plan.first && account.isAtRisk(on: alert.day)
  }

  private func figures(_ rule: String, _ starts: [AlertStart], _ horizon: Int) -> AlertFigures {
    let known = starts.filter { $0.day + horizon <= table.knownDay }
    let isRight = known.map { alert in
      table.accounts[alert.account].churnDay.map { $0 < alert.day + horizon } ?? false
    }
    let precision = Self.share(
      known.map(\.account), part: isRight, whole: Array(repeating: true, count: known.count))
    let cases = table.known(horizon: horizon)
    let left = churners
    let leads = left.map { lead(of: $0, starts, horizon) }
    let recall = Self.share(
      left, part: leads.map { $0 != nil }, whole: Array(repeating: true, count: left.count))
    let found = leads.compactMap { $0 }.sorted()
    return AlertFigures(
      rule: rule, horizon: horizon, alerts: known.count,
      precision: draw([precision], accounts: known.map(\.account)).estimate(0),
      baseRate: Double(cases.count { table.cases[$0].isChurner(horizon: horizon) })
        / Double(max(cases.count, 1)),
      churners: left.count, recall: draw([recall], accounts: left).estimate(0),
      leadDays: found.isEmpty
        ? .nan : Double(found[(found.count - 1) / 2] + found[found.count / 2]) / 2)
  }

  /// Accounts that left after their first cut-off and before the archive ended, so that an alert was possible until then.
  private var churners: [Int] {
    table.accounts.indices.filter { i in
      let account = table.accounts[i]
      guard let churnDay = account.churnDay else { return false }
      let first = account.originDay + table.plan.first
      return churnDay >= first && churnDay <= table.seenDay && account.isAtRisk(on: first)
    }
  }

  /// Days from the account's first alert in the `horizon` days before it left; nil without one.
  private func lead(of account: Int, _ starts: [AlertStart], _ horizon: Int) -> Int? {
    let churnDay = table.accounts[account].churnDay!
    return starts.lazy
      .filter { $0.account == account && $0.day <= churnDay && $0.day > churnDay - horizon }
      .map { churnDay - $0.day }.max()
  }
}
