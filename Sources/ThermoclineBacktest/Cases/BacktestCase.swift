/// One account at one cut-off: a row of the backtest.
package struct BacktestCase: Sendable, Equatable {
  /// Place among the accounts.
  package var account: Int
  /// The cut-off: midnight UTC at which this day (since 1970) begins. Only what lies strictly
  /// before counts.
  package var day: Int
  package var churnDay: Int?
  package var facts: ActivityFacts

  /// Whether the account leaves in the `horizon` days from the cut-off.
  package func isChurner(horizon: Int) -> Bool {
    guard let churnDay else { return false }
    return day <= churnDay && churnDay < day + horizon
  }
}

/// All cases of a plan.
package struct CaseTable: Sendable {
  package let plan: BacktestPlan
  package let accounts: [BacktestAccount]
  /// By account, then by day.
  package private(set) var cases: [BacktestCase] = []
  /// The day before which it is known who has left: the day after the newest event or label.
  package let knownDay: Int
  /// The day after the archive's newest event: from then on everybody looks silent.
  package let seenDay: Int

  package init(_ accounts: [BacktestAccount], plan: BacktestPlan) {
    self.accounts = accounts
    self.plan = plan
    seenDay = (accounts.lazy.compactMap(\.activity.lastDay).max() ?? 0) + 1
    knownDay = max(seenDay, (accounts.lazy.compactMap(\.churnDay).max() ?? 0) + 1)
    for (number, account) in accounts.enumerated() {
      for day in plan.cutOffs(from: account.originDay) {
        guard isLookedAt(account, on: day), let facts = account.activity.facts(before: day) else {
          continue
        }
        cases.append(
          BacktestCase(account: number, day: day, churnDay: account.churnDay, facts: facts))
      }
    }
  }

  /// Whether an account's score of a midnight says anything: it is at risk, and the archive goes on until the day before.
  package func isLookedAt(_ account: BacktestAccount, on day: Int) -> Bool {
    day <= seenDay && account.isAtRisk(on: day)
  }

  /// The cases whose outcome is known for a horizon.
  package func known(horizon: Int) -> [Int] {
    cases.indices.filter { cases[$0].day + horizon <= knownDay }
  }
}
