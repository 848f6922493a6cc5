import Testing
import ThermoclineCore
import ThermoclineWindows

@testable import ThermoclineHealth

@Suite struct AlertJudgeTests {
  let plan = PolicyPlan(.standard)

  private func reading(_ events: [TestEvent], _ end: Int) -> WindowReading {
    NaiveWindows.reading(of: plan.quantities, events, at: day(end))
  }

  private func alerts(
    _ events: [TestEvent], _ ends: some Sequence<Int>, profile: AccountProfile = AccountProfile(),
    context: SegmentContext = SegmentContext()
  ) -> [HealthAlert] {
    let account = JudgedAccount(plan)
    return ends.flatMap {
      account.alerts(reading(events, $0), profile: profile, context: context)
    }
  }

  /// 40 events a day, then 4 a day from day 63.
  private var fall: [TestEvent] {
    events(on: 0..<63, perDay: 40) + events(on: 63..<80, perDay: 4)
  }

  @Test func aFallFiresOnceWithItsNumbers() throws {
    let found = alerts(fall, 60..<80)
    let alert = try #require(found.first)
    #expect(found.count == 1)
    #expect(alert.rule == "drop:events_7d" && alert.state == .firing)
    #expect(alert.fingerprint == alertFingerprint(rule: "drop:events_7d", account: "a"))
    #expect(alert.policy == "default@1")
    #expect(alert.window == .days(7))
    #expect(abs(try #require(alert.expected) - 280) < 1e-9)
    #expect(alert.value == 280 - 36 * (Double((alert.at - day(63)).days)))
    #expect(try #require(alert.drop) >= 0.3 && alert.confidence! > 0.99)
    #expect(alert.startsAt == alert.at && alert.endsAt == nil)
    #expect(alert.at <= day(70))
  }

  @Test("a rule that looks at no span of a week compares last week's events all the same")
  func spansBeginLater() throws {
    var policy = Policy.standard
    for rule in policy.alerts.drops.indices {
      policy.alerts.drops[rule].spans = [DropSpan(weeks: 2, effectMin: 0.25)]
    }
    let plan = PolicyPlan(policy)
    let halved = events(on: 0..<63, perDay: 40) + events(on: 63..<90, perDay: 20)
    let account = JudgedAccount(plan)
    let found = (60..<90).flatMap {
      account.alerts(NaiveWindows.reading(of: plan.quantities, halved, at: day($0)))
    }
    let alert = try #require(found.first)
    #expect(alert.rule == "drop:events_7d" && alert.state == .firing)
    #expect(alert.window == .days(14) && alert.expected.map { abs($0 - 560) < 1e-9 } == true)
  }

  @Test func aRecoveryResolvesIt() {
    let found = alerts(fall + events(on: 71..<90, perDay: 36), 60..<90)
    #expect(found.map(\.state) == [.firing, .recovering, .resolved])
    #expect(found.last?.endsAt == found.last?.at)
    #expect(found.last?.startsAt == found.first?.at)
    #expect(found.last?.severity == .info)
    #expect(Set(found.map(\.fingerprint)).count == 1)
  }

  @Test func silenceSaysWhatItKnows() throws {
    let found = alerts(events(on: 0..<60, perDay: 1), 55..<90)
    let silence = try #require(found.first { $0.rule == "silence" })
    #expect(silence.state == .firing && silence.value == 0)
    #expect(silence.at >= day(67) && silence.at < day(80))
    #expect(silence.summary.contains("days had one") && silence.summary.contains("No event for"))
    let back = alerts(events(on: Array(0..<60) + [85, 86, 87, 88], perDay: 1), 55..<90)
    #expect(back.filter { $0.rule == "silence" }.map(\.state) == [.firing, .recovering, .resolved])
  }

  @Test func aRareAccountMayBeQuiet() {
    let weekly = (0..<9).map { $0 * 7 }
    #expect(alerts(events(on: weekly), 57..<70).isEmpty)
  }

  @Test("one event a month, and nothing but zeros and then one, are no evidence of anything")
  func hardlyAnyEvents() {
    #expect(alerts(events(on: [0, 30, 60, 90]), 20..<130).isEmpty)
    #expect(alerts(events(on: [0, 100]), 60..<125).isEmpty)
    #expect(alerts([], 0..<70).isEmpty)
  }

  @Test("an account that changes its tier in mid-alert keeps the alert, which says the new tier")
  func tierChanges() {
    let account = JudgedAccount(plan)
    let events = fall + events(on: 71..<90, perDay: 36)
    var profile = AccountProfile()
    profile.tier = "small"
    var found: [HealthAlert] = []
    for end in 60..<90 {
      if !found.isEmpty { profile.tier = "enterprise" }
      found += account.alerts(reading(events, end), profile: profile)
    }
    #expect(found.map(\.tier) == ["small", "enterprise", "enterprise"])
    #expect(Set(found.map(\.fingerprint)).count == 1)
    #expect(Set(found.map(\.startsAt)).count == 1)
  }

  @Test func tooLittleHistoryIsNoEvidence() {
    let young = events(on: 42..<63, perDay: 40)
    #expect(alerts(young, 60..<69).isEmpty)
    #expect(JudgedAccount(plan).ratio(reading(young, 69)) == nil)
  }

  @Test func onlyFinalMidnightsCountAndOnlyOnce() {
    let account = JudgedAccount(plan)
    var early = reading(fall, 70)
    early.isFinal = false
    #expect(!account.isJudged(early))
    var noon = reading(fall, 70)
    noon.at = day(70) + .hours(12)
    #expect(!account.isJudged(noon))
    #expect(account.alerts(reading(fall, 70)).count == 1)
    let after = account.memories
    #expect(account.alerts(reading(fall, 70)).isEmpty)
    #expect(account.memories == after && after.contains { $0.alert.lifeCycle.phase == .firing })
  }

  @Test func peersAndOutagesExcuse() {
    func peers(_ ratio: Double?) -> SegmentContext {
      SegmentContext(rules: [
        RuleContext(peerRatios: Array(repeating: ratio, count: 4)),
        RuleContext(peerRatios: Array(repeating: ratio, count: 4)),
      ])
    }
    // The policy's prior of 3 with 4 degrees beside seven weeks all alike: a skew of 0.19.
    let ratio = JudgedAccount(plan).ratio(reading(fall, 70))!
    #expect(abs(ratio - (28 + (2 * 12.0 / 11 - 1) / 6) / 280) < 1e-6)
    #expect(alerts(fall, [70]).count == 1)
    let held = SegmentContext(rules: [RuleContext(isHeld: true), RuleContext(isHeld: true)])
    #expect(alerts(fall, [70], context: held).isEmpty)
    #expect(alerts(fall, [70], context: peers(0.1)).isEmpty)
    #expect(alerts(fall, [70], context: peers(3)).count == 1)
    #expect(alerts(fall, [70], context: peers(nil)).count == 1)
  }

  @Test func daysOfAnOutageAreNoSilence() {
    let active = events(on: 0..<60, perDay: 1)
    let quiet = alerts(active, 55..<90).first { $0.rule == "silence" }
    let context = SegmentContext(rules: [], outageDays: 0b111)
    // The same three days lost at every midnight: the silence is known three days later.
    let later = alerts(active, 55..<90, context: SegmentContext(outageDays: 0b1110))
      .first { $0.rule == "silence" }
    #expect(later!.at == quiet!.at + .days(3))
    let lost = alerts(active, 55..<90, context: context).filter { $0.rule == "silence" }
    #expect(lost.isEmpty, "the day itself is lost")
  }

  @Test func severityRisesWithWhatIsAtStake() {
    var profile = AccountProfile()
    let mild = events(on: 0..<63, perDay: 40) + events(on: 63..<71, perDay: 22)
    func severity() -> Severity? { alerts(mild, 63...70, profile: profile).first?.severity }
    #expect(severity() == .warning)
    profile.tier = "enterprise"
    #expect(severity() == .error)
    profile.contractEnd = day(120)
    #expect(severity() == .critical)
    profile.tier = "small"
    profile.contractEnd = day(400)
    profile.revenue = 20_000
    #expect(severity() == .error)
  }
}
