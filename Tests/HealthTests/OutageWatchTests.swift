import Testing
import ThermoclineCore

@testable import ThermoclineHealth

@Suite struct OutageWatchTests {
  /// One letter a day over all accounts' events, and over bot calls: o = ordinary, h = half,
  /// x = a fifth, 0 = nothing. Weekends have a fifth of a working day.
  private func changes(_ all: String, _ calls: String? = nil, accounts: Int = 30) -> [String] {
    var watch = OutageWatch()
    var said: [String] = []
    for (n, letters) in zip(all, calls ?? all).enumerated() {
      let weekday = n % 7 < 5 ? 1.0 : 0.2
      func level(_ letter: Character) -> Double {
        weekday * (letter == "o" ? 1 : letter == "h" ? 0.5 : letter == "x" ? 0.2 : 0)
      }
      var evidence = AlertJudge(PolicyPlan(.standard)).evidence()
      for (rule, level) in [level(letters.0), level(letters.1)].enumerated() {
        evidence.dayRatios[rule] = (0..<accounts).map { Float(level) * (1 + Float($0 % 3) / 10) }
        evidence.dayTotals[rule] = Int64(1_000 * level)
      }
      var ground = AlertGround([evidence])
      for change in watch.settle(day(n), [evidence], &ground) {
        said.append("\(change.isOver ? "end" : "begin") \(change.rule) \(n)")
      }
      held.append(ground.context(segment: "").rules.map(\.isHeld))
    }
    return said
  }
  private final class Held {
    var days: [[Bool]] = []
    func append(_ rules: [Bool]) { days.append(rules) }
  }
  private let held = Held()
  private let month = String(repeating: "o", count: 28)

  @Test func aDayWithoutEventsIsOneAlert() {
    #expect(changes(month + "xoo") == ["begin -1 28", "end -1 29"])
    #expect(held.days[27] == [false, false])
    #expect(held.days[28] == [true, true] && held.days[29] == [false, false])
  }

  @Test func severalDaysAreOneAlert() {
    #expect(changes(month + "xx0xo") == ["begin -1 28", "end -1 32"])
  }

  @Test func eventsOfOneTypeHoldOnlyTheirRule() {
    let said = changes(month + "hoo", month + "0oo")
    #expect(said == ["begin 1 28", "end 1 29"])
    #expect(held.days[28] == [false, true])
  }

  @Test func aHolidayIsNone() { #expect(changes(month + "hhhhhhhoo").isEmpty) }

  @Test func aWeekendIsNone() {
    #expect(changes(month + "ooooooo").isEmpty)
    #expect(changes(month + "ooooo0oo") == ["begin -1 33", "end -1 34"])
  }

  @Test func nothingIsSaidOfTheFirstWeeksOrOfFewAccounts() {
    #expect(changes("ooooooooooxo").isEmpty)
    #expect(changes(month + "xoo", accounts: 19).isEmpty)
  }

  @Test(
    "a day that comes after later ones begins and ends no outage, and is held where events were lost on it"
  )
  func aDayThatComesLater() {
    var watch = OutageWatch()
    /// 30 accounts, each with a share of what is usual.
    func settle(_ n: Int, _ level: Double) -> (changes: [OutageChange], isHeld: Bool) {
      var evidence = AlertJudge(PolicyPlan(.standard)).evidence()
      for rule in evidence.dayRatios.indices {
        evidence.dayRatios[rule] = (0..<30).map { Float(level) * (1 + Float($0 % 3) / 10) }
        evidence.dayTotals[rule] = Int64(1_000 * level)
      }
      var ground = AlertGround([evidence])
      let changes = watch.settle(day(n), [evidence], &ground)
      return (changes, ground.context(segment: "").rules[0].isHeld)
    }
    for n in 0..<40 where n != 30 {
      #expect(settle(n, n == 38 ? 0.1 : 1).changes.isEmpty == (n < 38))
    }
    #expect(settle(40, 0.1).changes.map(\.isOver) == [false])
    let lost = settle(30, 0.1)
    #expect(lost.changes.isEmpty && !lost.isHeld)
    #expect(settle(35, 1).changes.isEmpty, "it would end what began on a later day")
    #expect(settle(38, 1).isHeld)
    #expect(settle(41, 0.1).changes.isEmpty, "it goes on")
    let end = settle(42, 1).changes
    #expect(end.map(\.isOver) == [true] && end.map(\.startsAt) == [day(40)])
  }

  @Test func withoutTheRuleNothingIsHeld() {
    var policy = Policy.standard
    policy.alerts.outage = nil
    #expect(AlertJudge(PolicyPlan(policy)).evidence().outageLevel == nil)
  }
}
