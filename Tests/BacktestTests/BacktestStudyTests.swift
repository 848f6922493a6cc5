import Testing

@testable import ThermoclineBacktest

/// Four accounts, one cut-off, every figure worked out by hand.
@Suite struct BacktestStudyTests {
  private let table: CaseTable
  private let run: PolicyRun

  init() {
    func account(_ name: String, _ days: [Int], churn: Int?, tier: String) -> BacktestAccount {
      var history = ActivityHistory()
      for day in days { history.add(day: day) }
      return BacktestAccount(
        name: name, joinedDay: 0, originDay: 0, churnDay: churn, tier: tier, industry: "",
        activity: history)
    }
    table = CaseTable(
      [
        account("a", [1], churn: 105, tier: "small"),
        account("b", [90, 95, 99], churn: nil, tier: "small"),
        account("c", [80, 98], churn: 110, tier: "large"),
        account("d", [70, 200], churn: nil, tier: "large"),
      ], plan: BacktestPlan(first: 100, step: 1, last: 100, horizons: [14, 8]))
    run = PolicyRun(
      policy: "p@1", bands: ["red", "yellow", "green"], measures: [],
      samples: [
        ScoreSample(points: 10, band: 0, stage: "renewal"),
        ScoreSample(points: 90, band: 2, stage: "active"),
        ScoreSample(points: 40, band: 1, stage: "renewal"),
        ScoreSample(points: 30, band: 0, stage: "active"),
      ],
      looks: [
        BandLook(account: 0, daysBefore: 30, band: 1),
        BandLook(account: 2, daysBefore: 30, band: 2),
      ],
      alerts: [
        AlertStart(account: 0, day: 101, rule: "drop"),
        AlertStart(account: 1, day: 103, rule: "drop"),
        // Before the first cut-off, and after it left: neither counts.
        AlertStart(account: 3, day: 50, rule: "silence"),
        AlertStart(account: 2, day: 111, rule: "silence"),
      ])
  }

  private var report: BacktestReport {
    BacktestStudy(table, [run], bootstrap: 60, seed: 4).report()
  }

  @Test func areasAndPrecisionsByHorizon() {
    let report = report
    #expect(report.scorers == ["p@1"] + BacktestStudy.baselines)
    #expect(report.horizons.map(\.churners) == [2, 1])
    // Of the pairs (a, b), (a, d), (c, b), (c, d) all but the last are in order.
    #expect(report.horizons[0].areas[0].value == 0.75)
    #expect(abs(report.horizons[0].precisions[0].value - (1 + 2.0 / 3) / 2) < 1e-12)
    #expect(report.horizons[1].areas[0].value == 1)
    // Days since the last event: a 99, b 1, c 2, d 30.
    #expect(report.horizons[0].areas[1].value == 0.75)
    // Active days of 28: a 0, b 3, c 2, d 0.
    #expect(report.horizons[0].areas[2].value == 0.625)
    #expect(report.horizons[0].areaGains[2].value == 0.125)
  }

  @Test func bandsLiftAndRecall() {
    let red = report.bands[0][0]
    #expect(red.cases == 2 && red.churners == 1)
    #expect(red.rate.value == 0.5 && red.lift.value == 1 && red.recall.value == 0.5)
    #expect(report.bands[0].map(\.cases) == [2, 1, 1])
    #expect(report.bandsAcross.isEmpty)
  }

  @Test func sharesNotGreenBeforeLeaving() {
    let figures = report.notGreen[0]
    #expect(figures.map(\.daysBefore) == [30] && figures[0].accounts == 2)
    #expect(figures[0].share.value == 0.5 && figures[0].everyone.value == 0.75)
  }

  @Test func alertsArePreciseWhenTheAccountLeavesSoonAfter() {
    let alerts = report.alerts[0]
    #expect(alerts.map(\.rule) == ["all", "all", "drop"])
    #expect(alerts[0].alerts == 2 && alerts[0].precision.value == 0.5)
    #expect(alerts[0].churners == 2 && alerts[0].recall.value == 0.5 && alerts[0].leadDays == 4)
    #expect(alerts[0].baseRate == 0.5)
  }

  /// Who leaves when the archive is over cannot have had an alert by then.
  @Test func whoLeavesAfterTheArchivesEndCountsForNoRecall() {
    var accounts = table.accounts
    accounts[2].churnDay = 202
    let late = CaseTable(accounts, plan: table.plan)
    #expect(late.seenDay == 201)
    let alerts = BacktestStudy(late, [run], bootstrap: 10, seed: 4).report().alerts[0]
    #expect(alerts[0].churners == 1 && alerts[0].recall.value == 1)
    accounts[2].churnDay = 201
    let last = BacktestStudy(CaseTable(accounts, plan: table.plan), [run], bootstrap: 10, seed: 4)
    #expect(last.report().alerts[0][0].churners == 2)
  }

  @Test func segmentsHaveTheirOwnFigures() {
    let segments = report.segments
    #expect(segments.prefix(2).map(\.name) == ["large", "small"] && segments[0].kind == "tier")
    #expect(segments.prefix(2).map { $0.areas[0].value } == [0, 1])
    // Large: c leaves from the yellow band, d stays in the red one. Small: a leaves from the red one, b stays in the green one.
    #expect(segments.prefix(2).map { $0.lifts[0].value } == [0, 2])
    #expect(segments.prefix(2).map { $0.notGreen[0].value } == [1, 1])
    // By stage: of a and c, who are in renewal, all leave, and of the others nobody.
    #expect(segments.dropFirst(2).map(\.kind) == ["stage", "stage"])
    #expect(segments.dropFirst(2).map(\.name) == ["active", "renewal"])
    #expect(segments.dropFirst(2).map(\.churners) == [0, 2])
    #expect(segments[3].lifts[0].value == 1 && segments[2].notGreen[0].value.isNaN)
    #expect(segments.allSatisfy { (0...1).contains($0.expectedRates[0]) })
  }

  @Test func aPolicyComparedWithItselfGainsNothing() {
    let report = BacktestStudy(table, [run, run], bootstrap: 60, seed: 4).report()
    let gain = report.horizons[0].areaGains[1]
    #expect(gain.value == 0 && (gain.low.isNaN || gain.low == 0))
    #expect(report.bandsAcross[0].map(\.cases) == [2, 0, 0])
    #expect(report.scorers[1] == "p@1 (compared)")
  }

  @Test func casesWithoutAScoreAreCountedAndLeftOut() {
    var poor = run
    poor.samples[1] = nil
    let report = BacktestStudy(table, [poor], bootstrap: 10, seed: 4).report()
    #expect(report.unscored == 1 && report.horizons[0].cases == 3)
  }

  @Test func theSameSeedGivesTheSameReport() {
    let (a, b) = (report, report)
    #expect(a.horizons.map(\.areas).description == b.horizons.map(\.areas).description)
  }
}
