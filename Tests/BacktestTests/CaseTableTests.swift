import Testing

@testable import ThermoclineBacktest

@Suite struct CaseTableTests {
  private func account(
    active: [Int], joined: Int? = nil, churn: Int? = nil, origin: Int = 0
  ) -> BacktestAccount {
    var history = ActivityHistory()
    for day in active { history.add(day: day) }
    return BacktestAccount(
      name: "a", joinedDay: joined, originDay: origin, churnDay: churn, tier: "", industry: "",
      activity: history)
  }

  private let plan = BacktestPlan(first: 10, step: 10, last: 50, horizons: [14])

  @Test func anAccountIsAtRiskFromItsJoiningAndFirstEventUntilItLeaves() {
    let table = CaseTable(
      [
        account(active: [3, 99]),
        // An event on the day itself is not before it; nor is joining.
        account(active: [10, 99]),
        account(active: [3, 99], joined: 20),
        // Leaves on the day of a cut-off: still there, and right about to leave.
        account(active: [3, 99], churn: 30),
        account(active: [3, 99], churn: 29),
        account(active: [55]),
      ], plan: plan)
    let days = (0..<6).map { number in
      table.cases.filter { $0.account == number }.map(\.day)
    }
    #expect(
      days == [
        [10, 20, 30, 40, 50], [20, 30, 40, 50], [30, 40, 50], [10, 20, 30], [10, 20], [],
      ])
  }

  @Test func aChurnerLeavesFromTheCutOffUntilTheHorizonIsOver() {
    let table = CaseTable([account(active: [3, 99], churn: 30)], plan: plan)
    #expect(table.cases.map { $0.isChurner(horizon: 10) } == [false, false, true])
    #expect(table.cases.map { $0.isChurner(horizon: 11) } == [false, true, true])
    #expect(table.cases.map { $0.isChurner(horizon: 21) } == [true, true, true])
  }

  @Test func anOutcomeIsKnownUpToTheNewestEventOrLabel() {
    #expect(CaseTable([account(active: [3, 44])], plan: plan).known(horizon: 14) == [0, 1, 2])
    let labelled = [account(active: [3, 44]), account(active: [3], churn: 53)]
    #expect(CaseTable(labelled, plan: plan).known(horizon: 14).count == 8)
  }

  @Test func nobodyIsLookedAtAfterTheArchivesEnd() {
    let table = CaseTable([account(active: [3, 29], churn: 900)], plan: plan)
    #expect(table.cases.map(\.day) == [10, 20, 30])
  }

  @Test func aScoreSaysNothingBeforeTheFirstEventNorAfterTheArchivesEnd() {
    let account = account(active: [3, 29], churn: 900)
    let table = CaseTable([account], plan: plan)
    #expect(
      [3, 4, 30, 31].map { table.isLookedAt(account, on: $0) } == [false, true, true, false])
  }

  @Test func cutOffsCountFromTheAccountsOrigin() {
    let table = CaseTable([account(active: [3, 99], origin: 7)], plan: plan)
    #expect(table.cases.map(\.day) == [17, 27, 37, 47, 57])
  }
}
