import Testing
import ThermoclineCore
import ThermoclineTestKit
import ThermoclineWindows

@testable import ThermoclineHealth

@Suite struct AccountJudgeTests {
  private func plan(_ change: (inout AlertPolicy) -> Void) -> PolicyPlan {
    var policy = Policy.standard
    policy.alerts = AlertPolicy()
    change(&policy.alerts)
    return PolicyPlan(policy)
  }

  /// An account's way through the rules, a midnight at a time.
  private final class Account {
    let plan: PolicyPlan
    private var judge: AccountJudge
    private var table: AccountTable
    private var sheet: ScoreSheet
    private let writer: AlertWriter
    var profile = AccountProfile()

    init(_ plan: PolicyPlan) {
      self.plan = plan
      judge = AccountJudge(plan)
      table = AccountTable(plan)
      table.extend(to: 1)
      sheet = ScoreSheet(plan)
      writer = AlertWriter(plan)
    }

    /// A midnight with a score; `isActive`: there was an event on the day before it.
    func midnight(
      _ number: Int, isActive: Bool = true, points: Double? = 80, band: UInt8 = 2,
      quadrant: Quadrant? = .redCarpet, failures: Int64 = 0, outageDays: UInt64 = 0
    ) -> [HealthAlert] {
      sheet.points = points.map { Int32($0 * 10_000) } ?? noPoints
      sheet.band = points == nil ? noPlace : band
      sheet.quadrant = quadrant
      var values = [Int64](repeating: 0, count: plan.quantities.count)
      if plan.account.failures >= 0 { values[plan.account.failures] = failures }
      let reading = WindowReading(
        at: day(number), values: values,
        lastEvent: day(number) - (isActive ? .hours(5) : .days(2)), firstEvent: day(0),
        isFinal: true)
      var today = AccountDay()
      judge.note(
        reading, sheet, contractEnd: profile.contractEnd, &table.memories[0], in: &today)
      var alerts: [HealthAlert] = []
      table.judge(
        0, 0, of: today, at: day(number), judge, SegmentContext(outageDays: outageDays)
      ) {
        alerts.append(writer.alert($0, account: "a", profile: profile, firstEvent: day(0)))
      }
      return alerts
    }
  }

  // MARK: sudden stop

  private func stops(_ active: (Int) -> Bool, _ range: ClosedRange<Int>) -> [HealthAlert] {
    let account = Account(plan { $0.suddenStop = SuddenStopRule() })
    return range.flatMap { account.midnight($0, isActive: active($0 - 1)) }
  }

  @Test(
    "who was there every working day and stops is found in a week, weekends counting for nothing")
  func stopOfWorkingDays() throws {
    // Day 0 is a Monday; the last event is on a Friday.
    let found = stops({ $0 % 7 < 5 && $0 < 54 }, 1...70)
    let alert = try #require(found.first)
    #expect(found.count == 1 && alert.rule == "sudden_stop" && alert.state == .firing)
    #expect((day(59)...day(61)).contains(alert.at), "\(alert.at)")
    #expect(alert.window == alert.at - day(54))
    #expect(try #require(alert.confidence) > 0.999)
  }

  @Test("an ordinary weekend, rare days, and a young account raise nothing; a return ends it")
  func noStop() {
    #expect(stops({ $0 % 7 < 5 }, 1...100).isEmpty)
    #expect(stops({ $0 % 7 == 2 && $0 < 50 }, 1...70).isEmpty, "six silent Wednesdays at most")
    #expect(stops({ $0 < 20 }, 1...40).isEmpty, "not enough data")
    let back = stops({ $0 < 54 || $0 > 62 }, 1...80)
    #expect(back.map(\.state) == [.firing, .recovering, .resolved])
  }

  @Test("days on which events were lost say nothing of a stop")
  func lostDays() {
    let account = Account(plan { $0.suddenStop = SuddenStopRule() })
    var found: [HealthAlert] = []
    for number in 1...58 {
      // Everything was lost on days 54 to 56.
      let lost = (54...56).reduce(into: UInt64(0)) { mask, lost in
        let back = number - 1 - lost
        if back >= 0 { mask |= 1 << UInt64(back) }
      }
      found += account.midnight(number, isActive: number - 1 < 54, outageDays: lost)
    }
    #expect(found.isEmpty, "one day is left")
  }

  /// The chance as it is defined, weekday by weekday.
  @Test(arguments: 1...3)
  func chanceIsTheProductOfTheWeekdays(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let known = Int.random(in: 36...63, using: &random)
      let silent = Int.random(in: 1...13, using: &random)
      let days = (0..<known).map { $0 >= silent && Bool.random(using: &random) }
      let active = days.enumerated().reduce(UInt64(0)) {
        $1.element ? $0 | 1 << UInt64($1.offset) : $0
      }
      var product = 1.0
      for k in 0..<silent {
        let same = days.indices.filter { $0 >= silent && $0 % 7 == k % 7 }
        product *= (Double(same.count { !days[$0] }) + 0.5) / Double(same.count + 1)
      }
      let found = AccountJudge.chance(
        active: active, silentDays: silent, knownDays: known, lost: 0, runLength: 1)
      #expect(abs(found - product) <= 1e-12 * product, "seed \(seed)")
    }
  }

  @Test("accounts whose days come as they always did raise no more alarms than the budget")
  func budgetOfStops() {
    var random = SeededGenerator(seed: 81)
    let (accounts, weeks) = (200, 30)
    var fired = 0
    let plan = plan {
      $0.budget = 20
      $0.suddenStop = SuddenStopRule()
    }
    for n in 0..<accounts {
      let chance = [0.95, 0.8, 0.6, 0.4, 0.2][n % 5]
      let account = Account(plan)
      for number in 1...(63 + 7 * weeks) {
        let weekday = (number - 1) % 7
        let isActive =
          Double.random(in: 0..<1, using: &random) < (weekday < 5 ? chance : chance / 4)
        fired += account.midnight(number, isActive: isActive).count { $0.state == .firing }
      }
    }
    let rate = 1_000 * Double(fired) / Double(accounts * weeks)
    #expect(rate <= 20, "seed 81: \(rate)")
  }

  // MARK: the score

  @Test("a lower band than the usual one fires, until it is back or has become the usual one")
  func bandChange() {
    let rule = plan { $0.bandChange = ChangeRule(settled: .days(10)) }
    let account = Account(rule)
    let young = (1...9).flatMap { account.midnight($0, points: 70, band: $0 % 2 == 0 ? 2 : 1) }
    #expect(young.isEmpty, "nothing is usual yet")
    #expect((10...25).flatMap { account.midnight($0) }.isEmpty)
    let fall = account.midnight(26, points: 50, band: 1)
    #expect(fall.map(\.rule) == ["band_change"] && fall.first?.state == .firing)
    #expect(fall.first?.summary == "In yellow after green was usual, at 50.0 points")
    #expect(fall.first?.value == 50 && fall.first?.severity == .warning)
    #expect(account.midnight(27, points: nil).isEmpty, "no score says nothing")
    let settled = (28...40).flatMap { account.midnight($0, points: 50, band: 1) }
    #expect(settled.map(\.state) == [.recovering, .resolved])
    #expect((41...60).flatMap { account.midnight($0, points: 90, band: 2) }.isEmpty, "a rise")
  }

  @Test("a worse quadrant is one that lost commitment, or temperature alone")
  func quadrants() {
    func isWorse(_ now: Quadrant, than usual: Quadrant) -> Bool {
      AccountJudge.isWorse(UInt8(now.place), than: UInt8(usual.place))
    }
    let order: [Quadrant] = [.redCarpet, .convert, .costly, .nurture]
    for (i, better) in order.enumerated() {
      for (j, worse) in order.enumerated() { #expect(isWorse(worse, than: better) == (j > i)) }
    }
    let account = Account(plan { $0.quadrantChange = ChangeRule(settled: .days(5)) })
    var alerts = (1...10).flatMap { account.midnight($0) }
    alerts += account.midnight(11, quadrant: .costly)
    #expect(alerts.map(\.rule) == ["quadrant_change"])
    #expect(alerts.first?.summary == "In costly after red_carpet was usual")
  }

  @Test("points lost a little every week are a slow decline; lost at once they are not")
  func slowDecline() throws {
    let rule = plan { $0.slowDecline = SlowDeclineRule() }
    let account = Account(rule)
    let found = (1...120).flatMap {
      account.midnight($0, points: 80 - Double(max(0, $0 - 50) / 7) * 2)
    }
    let alert = try #require(found.first)
    #expect(found.count == 1 && alert.rule == "slow_decline" && alert.state == .firing)
    #expect(alert.value! <= alert.expected! - 12 && alert.drop! > 0)
    let sudden = Account(rule)
    #expect((1...120).flatMap { sudden.midnight($0, points: $0 < 60 ? 80 : 50) }.isEmpty)
    let steady = Account(rule)
    #expect((1...200).flatMap { steady.midnight($0, points: 70 + Double($0 % 5)) }.isEmpty)
  }

  @Test("a falling score is told ahead of the renewal only")
  func renewal() throws {
    let rule = plan { $0.renewal = RenewalRule() }
    let account = Account(rule)
    account.profile.contractEnd = day(160)
    let found = (1...120).flatMap {
      account.midnight($0, points: $0 < 60 ? 80 : 80 - Double($0 - 60) * 0.5)
    }
    let alert = try #require(found.first)
    // At half a point a day from day 60 the Sunday of day 63 has 78.5 and the Sunday of day 84, the first to be ten points
    // lower, 68.
    #expect(alert.rule == "renewal_at_risk" && alert.at == day(85))
    let days = Int(160 - (alert.at - day(0)).days)
    #expect(alert.summary.hasPrefix("The contract ends in \(days) days"), "\(alert.summary)")
    #expect(alert.expected == 78.5, "the Sunday of day 63")
    #expect(alert.severity == .error, "a step for the renewal that is near")
    let far = Account(rule)
    far.profile.contractEnd = day(500)
    #expect((1...120).flatMap { far.midnight($0, points: 100 - Double($0) * 0.5) }.isEmpty)
  }

  @Test("a score that goes up and down, and one bad week, are no risk ahead of a renewal")
  func quietRenewal() {
    var random = SeededGenerator(seed: 5)
    let account = Account(plan { $0.renewal = RenewalRule() })
    account.profile.contractEnd = day(160)
    let swings = (1...150).flatMap {
      account.midnight($0, points: 70 + Double.random(in: -9...9, using: &random))
    }
    #expect(swings.isEmpty, "seed 5")
    let dip = Account(plan { $0.renewal = RenewalRule() })
    dip.profile.contractEnd = day(160)
    let found = (1...150).flatMap { dip.midnight($0, points: (99...104).contains($0) ? 50 : 80) }
    #expect(found.isEmpty)
  }

  @Test("a failed payment of a healthy account is told until it is old, of another never")
  func payment() {
    let rule = plan { $0.payment = PaymentRule() }
    let account = Account(rule)
    var found = account.midnight(1)
    found += (2...8).flatMap { account.midnight($0, failures: 1) }
    found += (9...11).flatMap { account.midnight($0) }
    #expect(found.map(\.state) == [.firing, .recovering, .resolved])
    #expect(found.first?.rule == "payment_failed_while_healthy" && found.first?.value == 1)
    let poor = Account(rule)
    #expect((1...9).flatMap { poor.midnight($0, points: 40, band: 1, failures: 2) }.isEmpty)
  }

  @Test("on a day without its events nothing is said; what was noted twice counts once")
  func outageAndRepeats() {
    let account = Account(plan { $0.bandChange = ChangeRule(settled: .days(3)) })
    _ = (1...6).flatMap { account.midnight($0) }
    #expect(account.midnight(7, points: 50, band: 1, outageDays: 1).isEmpty)
    let twice = Account(plan { $0.bandChange = ChangeRule(settled: .days(3)) })
    for _ in 0..<5 { _ = twice.midnight(1) }
    #expect(twice.midnight(2, points: 50, band: 1).isEmpty, "one day is not three")
  }
}
