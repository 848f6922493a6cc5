import Testing
import ThermoclineCore
import ThermoclineWindows

@testable import ThermoclineHealth

/// What the default policy says of ordinary accounts, whatever their events are called.
@Suite struct StandardPolicyTests {
  let plan = PolicyPlan(.standard)

  private func score(_ events: [TestEvent], at end: Int = 70) -> HealthScore {
    ScoredAccount(plan).look(NaiveWindows.reading(of: plan.quantities, events, at: day(end)))
  }

  private func days(_ range: Range<Int>, weekdays: Set<Int>) -> [Int] {
    range.filter { weekdays.contains($0 % 7) }
  }

  @Test func ordinaryAccountsAreGreen() {
    let score = score(events(on: days(0..<70, weekdays: [0, 1, 2, 3, 4]), perDay: 5, type: "zork"))
    #expect(score.band == "green", "\(score.summary)")
  }

  @Test func halfAsActiveIsYellow() {
    let score = score(events(on: days(0..<70, weekdays: [0, 3]), perDay: 2, type: "zork"))
    #expect(score.band == "yellow", "\(score.summary)")
  }

  @Test func aWeeklyAccountIsNotRedForBeingSmall() {
    let score = score(events(on: days(0..<70, weekdays: [2]), type: "zork"))
    #expect(score.band == "yellow", "\(score.summary)")
  }

  @Test func fadingOutIsRed() {
    let active = days(0..<42, weekdays: [0, 1, 2, 3, 4]) + [45, 51, 58]
    let score = score(events(on: active, perDay: 3, type: "zork"))
    #expect(score.band == "red", "\(score.summary)")
  }

  @Test(arguments: [35, 50, 80, 400])
  func silenceNeverLooksHealthy(silent: Int) {
    let score = score(events(on: 0..<70, perDay: 5, type: "zork"), at: 70 + silent)
    #expect(score.score! <= Points(5), "\(score.summary)")
    #expect(score.band == "red")
    #expect(score.measures.first { $0.name == "events_7d" }?.subscore == .zero)
  }

  @Test func aReturnAfterSilenceHasNoRatio() {
    let score = score(events(on: [0, 1, 2, 69], perDay: 5))
    let ratio = score.measures.first { $0.name == "events_7d" }
    #expect(ratio?.value == 5 && ratio?.expected == 0 && ratio?.subscore == nil)
  }

  @Test func aNewAccountIsJudgedByItsOwnDays() {
    let score = score(events(on: [60, 61, 62, 63, 64, 67, 68, 69], perDay: 5))
    #expect(score.stage == "onboarding")
    #expect(score.band == "green", "\(score.summary)")
    #expect(score.measures.first { $0.name == "events_7d" }?.subscore == nil)
  }

  @Test func knownTypesGiveAQuadrant() {
    var all = events(on: days(0..<70, weekdays: [0, 1, 2, 3, 4]), perDay: 2, type: "login")
    #expect(score(all).quadrant == nil)
    all.append(TestEvent(time: day(10), type: "payment", value: 100))
    all.append(TestEvent(time: day(40), type: "payment", value: 100))
    #expect(score(all).quadrant == .redCarpet)
    all.append(TestEvent(time: day(68), type: "payment_failed", value: 100))
    all.append(TestEvent(time: day(69), type: "nps", value: 1))
    #expect(score(all).dimensions[1].points! < Points(40))
  }

  @Test func theSummarySaysWhatHappened() {
    let account = ScoredAccount(plan)
    var text = ""
    for end in [70, 76] {
      text =
        account.score(
          NaiveWindows.reading(
            of: plan.quantities, events(on: 0..<70, perDay: 5), at: day(end))
        ).summary
    }
    #expect(text.contains("down"), "\(text)")
    #expect(text.contains("no event for 6 days"), "\(text)")
    #expect(text.contains("is best"), "\(text)")
  }
}
