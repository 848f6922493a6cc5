import Testing
import ThermoclineCore
import ThermoclineTestKit
import ThermoclineWindows

@testable import ThermoclineHealth

@Suite struct PeopleJudgeFeaturesTests {
  private let today = 20_000
  private let plan: PolicyPlan = {
    var policy = Policy.standard
    policy.alerts = AlertPolicy(feature: FeatureRule())
    return PolicyPlan(policy)
  }()

  /// What is found of features whose events of the last 28 days, oldest first, are given.
  private func finding(_ counts: KeyValuePairs<String, [Int]>) -> PeopleFinding {
    var days = EntityDays()
    let names = counts.map(\.key)
    for place in names.indices {
      days.entities.append(EntityDays.Entity(number: UInt32(place), first: 0))
    }
    for day in 0..<28 {
      for (place, feature) in counts.enumerated() where feature.value[day] > 0 {
        days.items.append(
          EntityDays.Item(
            day: Int32(today - 28 + day), place: UInt32(place),
            events: UInt32(feature.value[day])))
      }
    }
    var judge = PeopleJudge(plan)
    var finding = PeopleFinding()
    judge.features(
      days, at: EventTime(milliseconds: Int64(today) * 86_400_000), name: { names[Int($0)] },
      into: &finding)
    return finding
  }

  /// So many a working day until a day, and as many from another on.
  private func use(_ perDay: Int, until end: Int = 28, from again: Int = 28) -> [Int] {
    (0..<28).map { $0 % 7 < 5 && ($0 < end || $0 >= again) ? perDay : 0 }
  }

  @Test("a feature of every working day that is used no more is told, and how much it was")
  func abandoned() throws {
    let found = finding(["export": use(3, until: 14), "search": use(5)])
    #expect(found[.featureAbandoned] == .evidence)
    let feature = try #require(found.feature)
    #expect(feature.name == "export" && abs(feature.share - 0.375) < 1e-12)
    #expect(feature.silentDays == 16 && feature.activeDays == 10 && feature.knownDays == 10)
    #expect(found.lostFeature == LostShare(name: "export", share: 0.375, silentDays: 16))
  }

  @Test("a weekend, a little used feature, a rare one and a new name are none")
  func notAbandoned() {
    #expect(finding(["export": use(3), "search": use(5)])[.featureAbandoned] == .clear)
    let little = finding(["export": use(1, until: 14), "search": use(50)])
    #expect(little[.featureAbandoned] == .clear)
    var rare = use(0)
    for day in [1, 8, 13] { rare[day] = 9 }
    #expect(finding(["report": rare, "search": use(5)])[.featureAbandoned] == .neither)
    let renamed = finding(["export": use(3, until: 14), "export_v2": use(3, until: 0, from: 14)])
    #expect(renamed[.featureAbandoned] == .neither && renamed.feature == nil)
  }

  @Test("where everything stops the account does not go on, and no feature is blamed")
  func everythingStops() {
    let found = finding(["export": use(3, until: 14), "search": use(5, until: 15)])
    #expect(found[.featureAbandoned] != .evidence)
  }

  @Test("the alert names the feature and no user")
  func alert() throws {
    var day = PeopleDay()
    day.note(0, finding(["export": use(3, until: 14), "search": use(5)]))
    var table = PeopleTable(plan)
    table.extend(to: 1)
    var changes: [PeopleChange] = []
    let at = EventTime(milliseconds: Int64(today) * 86_400_000)
    table.judge(0, of: &day, at: at) { changes.append($0) }
    let alert = AlertWriter(plan).alert(
      try #require(changes.first), account: "a", profile: AccountProfile(), firstEvent: at)
    #expect(alert.rule == "feature_abandoned" && alert.user == nil && alert.value == 0)
    #expect(
      alert.summary
        == "export, 38 % of the events before, has not been used for 16 days; it was on 10 of 10 "
        + "active days before; the account goes on")
  }

  @Test("on a day without events nothing is judged, but what is gone is known")
  func notJudged() {
    var day = PeopleDay()
    let found = finding(["export": use(3, until: 14), "search": use(5)])
    day.note(0, found, isJudged: false)
    #expect(day.finding(of: 0) == found && day.finding(of: 1) == nil)
    var table = PeopleTable(plan)
    table.extend(to: 1)
    var count = 0
    table.judge(0, of: &day, at: EventTime(milliseconds: Int64(today) * 86_400_000)) { _ in
      count += 1
    }
    #expect(count == 0 && day.finding(of: 0) == nil, "its row was taken")
  }

  /// Accounts whose features are used as ever: each moment draws one of six, the first of them half of all.
  @Test("features that are used as ever raise no more alarms than the budget")
  func budget() {
    var policy = Policy.standard
    policy.alerts = AlertPolicy(budget: 20, feature: FeatureRule())
    let plan = PolicyPlan(policy)
    var random = SimulatedCounts(seed: 82)
    let (accounts, weeks) = (60, 16)
    var fired = 0
    for n in 0..<accounts {
      let moments = random.days(
        28 + 7 * weeks, weeklyMean: [10.0, 30, 100][n % 3], dispersion: 3)
      let counts = moments.map { count in
        (0..<count).reduce(into: [Int](repeating: 0, count: 6)) { counts, _ in
          let draw = Int.random(in: 0..<10, using: &random.generator)
          counts[draw < 5 ? 0 : draw - 4] += 1
        }
      }
      var judge = PeopleJudge(plan)
      var table = PeopleTable(plan)
      table.extend(to: 1)
      for end in 29...counts.count where moments[end - 1] > 0 {
        var days = EntityDays()
        for place in 0..<6 {
          days.entities.append(EntityDays.Entity(number: UInt32(place), first: 0))
        }
        for day in (end - 28)..<end {
          for place in 0..<6 where counts[day][place] > 0 {
            days.items.append(
              EntityDays.Item(
                day: Int32(day), place: UInt32(place), events: UInt32(counts[day][place])))
          }
        }
        let at = EventTime(milliseconds: Int64(end) * 86_400_000)
        var finding = PeopleFinding()
        judge.features(days, at: at, name: { "f\($0)" }, into: &finding)
        var day = PeopleDay()
        day.note(0, finding)
        table.judge(0, of: &day, at: at) { change in
          if change.step.state == .firing { fired += 1 }
        }
      }
    }
    let rate = 1_000 * Double(fired) / Double(accounts * weeks)
    #expect(rate <= 20, "seed 82: \(rate)")
  }
}
