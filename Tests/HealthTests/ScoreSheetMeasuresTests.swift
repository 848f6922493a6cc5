import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit
import ThermoclineWindows

@testable import ThermoclineHealth

/// Every kind of measure, by its definition in plain words over the events themselves.
@Suite struct ScoreSheetMeasuresTests {
  private static let rising = Normalisation.target(ControlPoints([(0, 0), (1_000, 100)]))

  private func measure(
    _ name: String, _ kind: MeasureKind, of filter: EventFilter = .any,
    window: TimeSpan = .days(28), halfLife: TimeSpan? = nil
  ) -> Measure {
    Measure(
      name, kind, of: filter, window: window, normalisation: Self.rising, weight: 1,
      dimension: "use", halfLife: halfLife)
  }

  private func account(_ measures: [Measure]) -> ScoredAccount {
    let policy = Policy(
      name: "kinds", version: 1, dimensions: [Dimension("use", weight: 1)], measures: measures,
      bands: [Band("all", from: 0)])
    #expect(policy.validate() == [])
    return ScoredAccount(PolicyPlan(policy))
  }

  private func values(
    _ measures: [Measure], _ events: [TestEvent], at: EventTime, seats: Int = 0
  ) -> [String: Double] {
    let account = account(measures)
    var profile = AccountProfile()
    profile.seats = seats
    let reading = NaiveWindows.reading(of: account.plan.quantities, events, at: at)
    return account.look(reading, profile: profile).measures
      .reduce(into: [:]) { $0[$1.name] = $1.value }
  }

  @Test(
    "past outages: what is expected of the same weekdays does not fall, up to half of the weeks")
  func pastOutages() throws {
    let start = day(0)
    let measure = Measure(
      "calls", .count, window: .days(7),
      normalisation: .baseline(ControlPoints([(0, 0), (1, 100)]), weeks: 8, weeksMin: 4),
      weight: 1, dimension: "use")
    func reading(_ outages: Set<Int>, _ bursts: Set<Int> = []) throws -> MeasureReading {
      // Nine weeks: ten events a weekday, two on Saturdays and Sundays; the last week is like the others.
      var events: [TestEvent] = []
      for n in 0..<63 where !outages.contains(n / 7) {
        let count = (n % 7 < 5 ? 10 : 2) * (bursts.contains(n / 7) ? 50 : 1)
        for i in 0..<count {
          events.append(TestEvent(time: start + .days(Int64(n)) + .minutes(Int64(i))))
        }
      }
      // Of old age, so that every week is within its life.
      events.append(TestEvent(time: start - .days(30)))
      let account = account([measure])
      let reading = NaiveWindows.reading(
        of: account.plan.quantities, events, at: start + .days(63))
      return try #require(account.look(reading).measures.first)
    }
    // Of eight weeks up to three may be lost: the median stays that of an ordinary week.
    for outages in [[], [2], [1, 5], [0, 3, 7]] as [Set<Int>] {
      let reading = try reading(outages)
      #expect(reading.expected == 54, "outages in weeks \(outages)")
      #expect(reading.subscore == Points(100))
    }
    #expect(try reading([], [1, 2, 3]).expected == 54, "nor does it rise by bursts")
    // Half of them lost: half of an ordinary week; what more is lost is not seen from here.
    #expect(try reading([0, 1, 2, 3]).expected == 27)
    #expect(try reading([0, 1, 2, 3, 4]).expected == 0)
  }

  private var everyKind: [Measure] {
    let nps = EventFilter.types(["nps"])
    return [
      measure("count", .count, of: nps), measure("sum", .sum, of: nps),
      measure("mean", .mean, of: nps), measure("last", .last, of: nps, window: .days(7)),
      measure("days", .activeDays, of: nps), measure("users", .distinctUsers),
      measure("features", .distinctFeatures), measure("recency", .recency),
      measure("seats", .seats), measure("per_seat", .ratio(of: "users", to: "seats")),
      measure("stickiness", .stickiness, window: .days(7)),
      measure("nps_share", .share(of: ["nps"])),
      measure("export_share", .featureShare(of: ["export"])),
      measure("export_in_clicks", .featureShare(of: ["export"]), of: .types(["click"])),
      measure(
        "export_of_two", .featureShare(of: ["export"]),
        of: .features(["export", "import"], types: [])),
      measure("exports", .count, of: .features(["export"], types: [])),
      measure("fading", .count, halfLife: .days(3)),
      measure("fading_sum", .sum, of: nps, halfLife: .days(3)),
    ]
  }

  @Test("every kind is what its definition says", arguments: 1...20)
  func definitions(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let end = day(80)
    let events = (0..<60).map { _ in
      TestEvent(
        time: day(0) + TimeSpan(milliseconds: .random(in: 0..<80 * 86_400_000, using: &random)),
        type: ["nps", "click"].randomElement(using: &random)!,
        user: ["u", "v", "w"].randomElement(using: &random)!,
        feature: ["export", "import", ""].randomElement(using: &random)!,
        value: Double(Int.random(in: 0...10, using: &random)))
    }
    func last(_ days: Int64, _ isWanted: (TestEvent) -> Bool = { _ in true }) -> [TestEvent] {
      events.filter { $0.time >= end - .days(days) && isWanted($0) }
    }
    let (all, nps) = (last(28), last(28) { $0.type == "nps" })
    let values = values(everyKind, events, at: end, seats: 4)
    func expect(_ name: String, _ expected: Double?) {
      let value = values[name]
      guard let value, let expected else {
        #expect((value == nil) == (expected == nil), "\(name), seed \(seed)")
        return
      }
      #expect(abs(value - expected) < 2e-6, "\(name), seed \(seed)")
    }
    func share(_ part: [TestEvent], _ whole: [TestEvent]) -> Double? {
      whole.isEmpty ? nil : Double(part.count) / Double(whole.count)
    }
    func faded(_ events: [TestEvent], _ value: (TestEvent) -> Double) -> Double {
      events.reduce(0) { sum, event in
        let days = (end - event.time).milliseconds / 86_400_000
        return sum + value(event) * pow(0.5, Double(days) / 3)
      }
    }
    // Absent only where the types were not seen for 63 days.
    let isSeen = !last(63) { $0.type == "nps" }.isEmpty
    expect("count", isSeen ? Double(nps.count) : nil)
    expect("sum", isSeen ? nps.reduce(0) { $0 + $1.value } : nil)
    expect("mean", nps.isEmpty ? nil : nps.reduce(0) { $0 + $1.value } / Double(nps.count))
    expect("last", last(7) { $0.type == "nps" }.max { $0.time < $1.time }?.value)
    expect("days", isSeen ? Double(Set(nps.map { $0.time.floor(to: .days(1)) }).count) : nil)
    expect("users", Double(Set(all.map(\.user)).count))
    expect("features", Double(Set(all.map { $0.feature.isEmpty ? $0.type : $0.feature }).count))
    expect("recency", (end - events.map(\.time).max()!).days)
    expect("per_seat", Double(Set(all.map(\.user)).count) / 4)
    let userDays = Set(last(7).map { "\($0.time.floor(to: .days(1))) \($0.user)" }).count
    expect("stickiness", Double(userDays) / 7 / Double(Set(all.map(\.user)).count))
    expect("nps_share", share(nps, all))
    expect("export_share", share(all.filter { $0.feature == "export" }, all))
    let clicks = all.filter { $0.type == "click" }
    expect("export_in_clicks", share(clicks.filter { $0.feature == "export" }, clicks))
    let named = all.filter { !$0.feature.isEmpty }
    expect("export_of_two", share(named.filter { $0.feature == "export" }, named))
    expect("exports", Double(all.filter { $0.feature == "export" }.count))
    expect("fading", faded(all) { _ in 1 })
    expect("fading_sum", isSeen ? faded(nps, \.value) : nil)
  }

  @Test("nothing to divide by is absent, never one")
  func zeroDenominators() {
    // One event long ago: it was seen, but no window holds anything.
    let values = values(everyKind, events(on: [20]), at: day(80))
    for name in [
      "mean", "last", "per_seat", "stickiness", "nps_share", "export_share", "export_in_clicks",
      "export_of_two",
    ] { #expect(values[name] == nil, "\(name)") }
    #expect(values["recency"] == 59.5)
  }

  @Test("users are absent, not zero, until an event names one; then they are zero for 63 days")
  func usersThatNobodyNames() {
    let seats = measure("seats", .seats)
    let measures = [
      measure("users", .distinctUsers), measure("callers", .distinctUsers, of: .types(["call"])),
      seats,
      measure("per_seat", .ratio(of: "users", to: "seats")),
      measure("stickiness", .stickiness, window: .days(7)),
    ]
    func values(_ named: [TestEvent], at end: Int) -> [String: Double] {
      let unnamed = (0..<end).map { d in
        TestEvent(time: day(d) + .hours(1), type: "call", user: "")
      }
      return self.values(measures, unnamed + named, at: day(end), seats: 4)
    }
    #expect(values([], at: 70) == ["seats": 4])
    let ana = TestEvent(time: day(50) + .hours(2), type: "click", user: "ana")
    #expect(
      values([ana], at: 70)
        == ["seats": 4, "users": 1, "per_seat": 0.25, "stickiness": 0])
    #expect(values([ana], at: 113) == ["seats": 4, "users": 0, "per_seat": 0])
    #expect(values([ana], at: 114) == ["seats": 4])
  }

  @Test("a last value expires with its window; ties of a millisecond go to the greatest")
  func last() {
    let measures = [measure("last", .last, of: .types(["nps"]), window: .days(7))]
    func nps(_ value: Double, _ hour: Int64) -> TestEvent {
      TestEvent(time: day(10) + .hours(hour), type: "nps", value: value)
    }
    let answers = [nps(3, 9), nps(8, 10), nps(6, 10)]
    #expect(values(measures, answers, at: day(11))["last"] == 8)
    #expect(values(measures, answers.reversed(), at: day(17))["last"] == 8)
    #expect(values(measures, answers, at: day(18))["last"] == nil)
    #expect(values(measures, [nps(0, 9)], at: day(11))["last"] == 0)
  }

  @Test("an even stream of a young account fades to the same whole-window value as an old one's")
  func youngAccounts() throws {
    let measures = [measure("fading", .count, halfLife: .days(7))]
    let account = account(measures)
    func subscore(days: Range<Int>) throws -> Double {
      let reading = NaiveWindows.reading(
        of: account.plan.quantities, events(on: days, perDay: 10), at: day(70))
      return try #require(
        account.look(reading).measures[0].subscore?.value)
    }
    let old = try subscore(days: 0..<70)
    let young = try subscore(days: 60..<70)
    #expect(old > 5)
    #expect(abs(young - old) < 0.01 * old)
  }
}
