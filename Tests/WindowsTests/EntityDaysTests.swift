import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineWindows

private let day = TimeSpan.days(1)
private let start = Limits.eventTimeMin.milliseconds + 1_000 * day.milliseconds

private let quantities = [
  WindowedQuantity(.count, length: day * 7, slide: day),
  WindowedQuantity(.distinctUsers, length: day * 9, slide: day),
  WindowedQuantity(.distinctUsers, of: .types(["login"]), length: day * 3, slide: day),
  WindowedQuantity(.distinctUsers, of: .types(["click"]), length: day * 6, slide: day),
  WindowedQuantity(.distinctFeatures, length: day * 5, slide: day),
  WindowedQuantity(.userPanes, length: day * 4, slide: day, shift: day * 2),
]

/// One line of what was read: a day, a name, its events.
private struct Line: Hashable, Comparable {
  var day: Int64
  var name: String
  var events: Int
  static func < (a: Line, b: Line) -> Bool { (a.day, a.name) < (b.day, b.name) }
}

@Suite struct EntityDaysTests {
  @Test(
    "the events of each user and feature on each day are those of the naive reference, in any order and late",
    arguments: 0..<12)
  func randomStreams(seed: UInt64) throws {
    var random = SeededGenerator(seed: 7_000 + seed)
    let bounds: [Int64] = [0, 3_600_000, 48 * 3_600_000, 30 * 3_600_000]
    let bound = bounds[Int(seed % 4)]
    let lateness: Int64 = seed % 3 == 0 ? 3 * day.milliseconds : 0
    let choices: [Tallies] = [[.users, .features], .users, .features]
    let tallies = choices[Int(seed % 3)]
    var store = WindowStore(
      plan: try WindowPlan(quantities, tallies: tallies),
      settings: WindowSettings(
        outOfOrderness: TimeSpan(milliseconds: bound),
        allowedLateness: TimeSpan(milliseconds: lateness)))
    var plain = WindowStore(plan: try WindowPlan(quantities), settings: store.settings)
    var taken: [TestEvent] = []
    var checks = 0
    for event in Self.events(&random, count: 400, reach: bound + lateness) {
      let batch = EventBatch(bytesCapacity: 4_096, recordsCapacity: 1)
      batch.append(event)
      let outcome = store.apply(at: 0, of: batch)
      let other = plain.apply(at: 0, of: batch)
      #expect(outcome == other)
      if outcome != .late { taken.append(event) }
      checks += try check(&store, &plain, taken, tallies, "seed \(seed)")
    }
    #expect(checks > 20)
  }

  /// Every midnight that has come: all accounts' days, and that tallies change no total.
  private func check(
    _ store: inout WindowStore, _ plain: inout WindowStore, _ taken: [TestEvent],
    _ tallies: Tallies, _ seed: String
  ) throws -> Int {
    var checks = 0
    var days = EntityDays()
    while let tick = store.nextTick() {
      while store.nextDue() != nil {}
      _ = plain.nextTick()
      while plain.nextDue() != nil {}
      for name in ["a", "b"] {
        guard let account = store.account(named: name), let same = plain.account(named: name)
        else { continue }
        for i in quantities.indices {
          let totals = (store.total(account, i), plain.total(same, i))
          #expect(totals.0 == totals.1)
        }
        for kind in [Tallies.users, .features] {
          let length = kind == .users ? 9 : 5
          let since = tick - day * Int64(length)
          store.readEntityDays(account, kind, since: since, most: .max, into: &days)
          let naive = tallies.contains(kind) ? lines(taken, name, kind, since..<tick) : []
          let read = lines(days, &store)
          if read != naive { Issue.record("\(seed), \(name) at \(tick): \(read), not \(naive)") }
          if kind == .users, tallies.contains(kind) {
            for entity in 0..<UInt32(days.entities.count) {
              let number = days.entities[entity].number
              let named = store.user(named: store.name(ofEntity: number), of: account)
              #expect(named == number)
            }
            let nobody = store.user(named: "nobody", of: account)
            #expect(nobody == nil)
            checkThrough(&store, account, name, at: tick, taken, seed)
          }
          checks += 1
        }
      }
    }
    while plain.nextTick() != nil { while plain.nextDue() != nil {} }
    return checks
  }

  /// Who did one thing and those before it, in three days: logins are counted over three, clicks over six.
  private func checkThrough(
    _ store: inout WindowStore, _ account: UInt32, _ name: String, at tick: EventTime,
    _ taken: [TestEvent], _ seed: String
  ) {
    let since = tick - day * 3
    var users = EntityDays()
    store.readEntityDays(account, .users, since: since, most: .max, into: &users)
    for types in [["login", "click"], ["click", "login"], ["click"]] {
      let dimensions = types.map { store.plan.dimension(of: .types([$0]), isFeature: false) }
      let through = store.countThrough(account, dimensions, since: since, users)
      var left: Set<String>?
      let naive = types.map { type in
        let did = taken.filter {
          $0.account == name && $0.type == type && $0.user != ""
            && (since..<tick).contains(EventTime(milliseconds: $0.time))
        }
        left = Set(did.map(\.user)).intersection(left ?? Set(did.map(\.user)))
        return left!.count
      }
      #expect(through == naive, "\(seed), \(name) at \(tick), \(types)")
    }
  }

  private func lines(_ days: borrowing EntityDays, _ store: inout WindowStore) -> [Line] {
    (0..<days.items.count).map {
      let item = days.items[$0]
      return Line(
        day: Int64(item.day), name: store.name(ofEntity: days.entities[item.place].number),
        events: Int(item.events))
    }.sorted()
  }

  private func lines(
    _ events: [TestEvent], _ account: String, _ kind: Tallies, _ span: Range<EventTime>
  ) -> [Line] {
    var counts: [Line: Int] = [:]
    for event in events where event.account == account {
      guard span.contains(EventTime(milliseconds: event.time)) else { continue }
      let name =
        kind == .users ? event.user : event.feature.isEmpty ? event.type : event.feature
      if name.isEmpty { continue }
      counts[Line(day: event.time / day.milliseconds, name: name, events: 0), default: 0] += 1
    }
    return counts.map { Line(day: $0.key.day, name: $0.key.name, events: $0.value) }.sorted()
  }

  @Test("the day a user was first counted on is kept until no window knows it")
  func firstDay() throws {
    var store = WindowStore(
      plan: try WindowPlan(quantities, tallies: .users),
      settings: WindowSettings(outOfOrderness: .zero))
    let batch = EventBatch()
    // Every third day; then not for the nine days of the longest window, so that it is new again.
    for i in [0, 3, 6, 9, 25, 26] as [Int64] {
      batch.append(TestEvent(user: "u", time: start + i * day.milliseconds))
      batch.append(TestEvent(user: "other \(i)", time: start + i * day.milliseconds + 1))
    }
    var days = EntityDays()
    var firsts: [Int32] = []
    for i in 0..<batch.eventsCount {
      _ = store.apply(at: i, of: batch)
      while let tick = store.nextTick() {
        while store.nextDue() != nil {}
        guard let account = store.account(named: "a") else { continue }
        store.readEntityDays(account, .users, since: tick - day, most: .max, into: &days)
        for entity in 0..<UInt32(days.entities.count)
        where store.name(ofEntity: days.entities[entity].number) == "u" {
          firsts.append(days.entities[entity].first - Int32(start / day.milliseconds))
        }
      }
    }
    #expect(firsts == [0, 0, 0, 0, 25])
  }

  @Test("an account with more users than asked for is not read")
  func most() throws {
    var store = WindowStore(
      plan: try WindowPlan(quantities, tallies: .users),
      settings: WindowSettings(outOfOrderness: .zero))
    let batch = EventBatch()
    for i in 0..<5 { batch.append(TestEvent(user: "u\(i)", feature: "f", time: start)) }
    for i in 0..<5 { _ = store.apply(at: i, of: batch) }
    store.raiseWatermark(to: EventTime(milliseconds: start) + day)
    while store.nextTick() != nil { while store.nextDue() != nil {} }
    let known = store.account(named: "a")
    let account = try #require(known)
    var days = EntityDays()
    // Five users and a feature, and the same users of logins.
    for (most, count) in [(10, 0), (11, 5)] {
      let isRead = store.readEntityDays(
        account, .users, since: EventTime(milliseconds: start), most: most, into: &days)
      #expect(isRead == (count > 0) && days.items.count == count)
    }
  }

  /// Two accounts, a few users, days with nothing, events up to `reach` behind.
  private static func events(
    _ random: inout SeededGenerator, count: Int, reach: Int64
  ) -> [TestEvent] {
    var now = start
    return (0..<count).map { _ in
      let step = Int.random(in: 0..<12, using: &random)
      now += step == 0 ? day.milliseconds : Int64.random(in: 0...9_000_000, using: &random)
      let behind = reach > 0 && Bool.random(using: &random) ? reach : 0
      return TestEvent(
        ["login", "click"].randomElement(using: &random)!,
        account: ["a", "a", "b"].randomElement(using: &random)!,
        user: ["", "u", "v", "w", "x"].randomElement(using: &random)!,
        feature: ["", "f", "g"].randomElement(using: &random)!,
        time: max(start, now - Int64.random(in: 0...behind, using: &random)))
    }
  }
}
