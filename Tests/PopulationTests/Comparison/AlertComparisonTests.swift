import Foundation
import Testing
import ThermoclineCore
import ThermoclinePopulation

@Suite("Alerts against the truth")
struct AlertComparisonTests {
  private static let start = EventTime(year: 2025, month: 9, day: 1)

  private func day(_ day: Int) -> EventTime { Self.start + .days(Int64(day)) }

  private func alert(
    _ account: String, _ state: AlertState, _ at: Int, rule: String = "drop:events_7d"
  ) -> HealthAlert {
    HealthAlert(fingerprint: "", account: account, rule: rule, state: state, at: day(at))
  }

  /// Four accounts in 70 days: a stops on day 50, b dips on 45…46, c and d are stationary; a
  /// holiday on 56…62 and an outage on day 30.
  private var truth: GroundTruth {
    GroundTruth(
      incidents: [
        Incident(.holiday, of: .everyone, from: day(56), to: day(63), remaining: 0.5),
        Incident(.suddenStop, of: .account("a"), from: day(50), to: day(70), remaining: 0),
        Incident(.shortDip, of: .account("b"), from: day(45), to: day(47), remaining: 0.3),
        Incident(.trackingOutage, of: .everyone, from: day(30), to: day(31), remaining: 0),
      ], accounts: ["a", "b", "c", "d"], start: day(0), end: day(70))
  }

  private func compare(_ alerts: [HealthAlert], _ counts: DailyCounts? = nil) -> AlertComparison {
    AlertComparison(
      alerts: alerts, truth: truth, counts: counts ?? DailyCounts(accounts: 4, days: 70),
      grace: .days(7))
  }

  @Test func aCaughtIncidentHasItsDelayAndDuration() {
    let figures = compare([
      alert("a", .pending, 51), alert("a", .firing, 52), alert("a", .recovering, 60),
      alert("a", .firing, 61),
    ]).detector
    #expect(figures.alerts == 1)
    #expect(figures.falseAlerts == 0)
    let outcome = figures.outcomes(of: .suddenStop).first
    #expect(outcome?.delayDays == 2)
    #expect(outcome?.longestDays == 18)
    #expect(figures.medianDelayDays(of: .suddenStop) == 2)
  }

  @Test func afterFourWeeksAnAlertIsRightButCatchesNothing() {
    let truth = GroundTruth(
      incidents: [
        Incident(
          .slowDecline, of: .account("a"), from: day(50), to: day(120), remaining: 0.5,
          rampDays: 21)
      ], accounts: ["a"], start: day(0), end: day(120))
    for (firing, isCaught) in [(98, true), (99, false)] {
      let figures = AlertComparison(
        alerts: [alert("a", .firing, firing)], truth: truth,
        counts: DailyCounts(accounts: 1, days: 120)
      ).detector
      #expect(figures.falseAlerts == 0)
      #expect((figures.outcomes[0].firstFiring != nil) == isCaught)
    }
  }

  @Test func pendingCatchesNothing() {
    let figures = compare([alert("a", .pending, 51), alert("a", .resolved, 53)]).detector
    #expect(figures.alerts == 0)
    #expect(figures.outcomes(of: .suddenStop).first?.firstFiring == nil)
    #expect(figures.medianDelayDays(of: .suddenStop) == nil)
  }

  @Test func anAlertBeforeTheIncidentIsFalseAndCatchesNothing() {
    let figures = compare([alert("a", .firing, 49)]).detector
    #expect(figures.falseAlerts == 1)
    #expect(figures.outcomes(of: .suddenStop).first?.firstFiring == nil)
  }

  @Test func aDipExcusesUntilItsGraceIsOver() {
    let alerts = [
      alert("b", .firing, 46), alert("b", .resolved, 49), alert("b", .firing, 53),
      alert("b", .resolved, 54), alert("b", .firing, 54),
    ]
    let figures = compare(alerts).detector
    #expect(figures.alerts == 3)
    #expect(figures.excused == 2)
    #expect(figures.falseAlerts == 1)
    #expect(figures.outcomes(of: .shortDip).first?.longestDays == 3)
  }

  @Test func alertsInTheHolidayAndTheOutageAreFalseAndNamed() {
    let figures = compare([
      alert("c", .firing, 31), alert("c", .resolved, 40), alert("d", .firing, 58),
      alert("a", .firing, 58), alert("d", .firing, 20, rule: "silence"),
    ]).detector
    #expect(figures.falseAlerts == 3)
    #expect(figures.duringOutage == 1)
    #expect(figures.duringHoliday == 1)
  }

  @Test func outageAlertsAreHeldAgainstOutages() {
    let figures = compare([
      alert("(all)", .firing, 30, rule: "tracking_outage"),
      alert("(all)", .resolved, 31, rule: "tracking_outage"),
      alert("(all)", .firing, 56, rule: "tracking_outage"),
    ]).detector
    #expect(figures.alerts == 0)
    #expect(figures.falseOutageAlerts == 1)
    #expect(figures.outcomes(of: .trackingOutage).first?.delayDays == 0)
  }

  @Test func quietWeeksLeaveOutIncidentsAndTheirGrace() {
    let figures = compare([alert("c", .firing, 10)]).detector
    // a: 50 days before the stop. b: 70 less the dip's 2 and the grace's 7. c, d: 70 each.
    let weeks = Double(50 + 61 + 70 + 70) / 7
    #expect(abs(figures.quietAccountWeeks - weeks) < 1e-9)
    #expect(abs(figures.falsePerThousandAccountWeeks - 1_000 / weeks) < 1e-9)
  }

  @Test func theNaiveRuleFiresAtAFifthLessAndNotAbove() {
    var counts = DailyCounts(accounts: 4, days: 70)
    for day in 0..<70 {
      counts[2, day] = 10
      counts[3, day] = 10
    }
    // Week 3 of c: 56 of 70, exactly a fifth less; of d: 57.
    for day in 14..<21 {
      counts[2, day] = 8
      counts[3, day] = 8
    }
    counts[3, 14] = 9
    let episodes = NaiveRule.episodes(counts, truth)
    #expect(episodes.map(\.account) == ["c"])
    #expect(episodes.map(\.start) == [day(21)])
    let comparison = compare([], counts)
    #expect(comparison.naive.alerts == 1)
    #expect(comparison.naive.falseAlerts == 1)
    #expect(comparison.detector.alerts == 0)
  }

  @Test func theReportIsNarrowAndItsJSONReadsBack() throws {
    let comparison = compare([alert("a", .firing, 52), alert("c", .firing, 10)])
    #expect(comparison.table.allSatisfy { $0.count <= 78 })
    #expect(
      comparison.table.contains(
        "sudden_stop                1      1      0        2.0 d           0        -"))
    let object = try JSONSerialization.jsonObject(with: Data(comparison.json.utf8))
    let detector = try #require((object as? [String: Any])?["detector"] as? [String: Any])
    #expect(detector["false_alerts"] as? Int == 1)
    let kinds = try #require(detector["incidents"] as? [String: [String: Any]])
    #expect(kinds["sudden_stop"]?["caught"] as? Int == 1)
    #expect(kinds["sudden_stop"]?["missed"] as? Int == 0)
    #expect(kinds["sudden_stop"]?["median_delay_days"] as? Double == 2)
    #expect(kinds["short_dip"]?["median_delay_days"] is NSNull)
  }
}
