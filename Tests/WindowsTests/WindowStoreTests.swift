import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineWindows

/// Two slides (1 min, 5 min), every aggregate, baselines in the past, windows of one pane and of many.
private let everyKind: [WindowedQuantity] = {
  let minute = TimeSpan.minutes(1)
  let five = TimeSpan.minutes(5)
  return [
    WindowedQuantity(.count, length: minute, slide: minute),
    WindowedQuantity(.count, length: minute * 7, slide: minute),
    WindowedQuantity(.count, length: minute * 7, slide: minute, shift: minute * 7),
    WindowedQuantity(
      .count, of: .types(["login"]), length: minute * 3, slide: minute, shift: minute * 2),
    WindowedQuantity(.sum, of: .types(["login", "bot_call"]), length: minute * 7, slide: minute),
    WindowedQuantity(.sum, length: five * 4, slide: five),
    WindowedQuantity(.activePanes, length: five * 4, slide: five),
    WindowedQuantity(
      .activePanes, of: .types(["login"]), length: minute * 9, slide: minute, shift: minute),
    WindowedQuantity(.distinctUsers, length: minute * 7, slide: minute),
    WindowedQuantity(.distinctUsers, length: minute * 2, slide: minute),
    WindowedQuantity(.distinctUsers, of: .types(["login"]), length: five * 3, slide: five),
    WindowedQuantity(.distinctFeatures, length: five * 4, slide: five),
    WindowedQuantity(.userPanes, length: minute * 5, slide: minute, shift: minute * 3),
    WindowedQuantity(.count, length: five * 2, slide: five, shift: five * 3),
    WindowedQuantity(.decayedCount(halfLife: minute * 2), length: minute * 7, slide: minute),
    WindowedQuantity(
      .decayedCount(halfLife: .seconds(130)), of: .types(["login"]), length: minute * 3,
      slide: minute, shift: minute * 2),
    WindowedQuantity(.decayedSum(halfLife: minute * 4), length: five * 4, slide: five),
    WindowedQuantity(
      .decayedSum(halfLife: .seconds(1)), of: .types(["login", "bot_call"]), length: minute * 5,
      slide: minute),
    WindowedQuantity(.last, length: minute * 7, slide: minute),
    WindowedQuantity(.last, of: .types(["login"]), length: five * 3, slide: five, shift: five),
    WindowedQuantity(
      .count, of: .features(["export"], types: []), length: minute * 7, slide: minute),
    WindowedQuantity(
      .sum, of: .features(["export", "import"], types: ["login"]), length: five * 4, slide: five),
    WindowedQuantity(
      .distinctUsers, of: .features(["import"], types: []), length: five * 3, slide: five),
    WindowedQuantity(
      .last, of: .features(["export"], types: ["other"]), length: minute * 4, slide: minute),
  ]
}()

/// How far back any of them looks from its tick, the rounding to its slide included.
private let reach = everyKind.map { $0.length + $0.shift + $0.slide }.max()!.milliseconds

private let start = Limits.eventTimeMin.milliseconds + 1_000 * TimeSpan.days(1).milliseconds

@Suite struct WindowStoreTests {
  @Test(
    "every quantity equals the naive reference at every tick and in early readings, on random streams",
    arguments: 0..<8)
  func randomStreams(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let bound = [Int64(0), 5_000, 150_000, 700_000][Int(seed % 4)]
    let events = randomEvents(&random, count: 200, bound: bound)
    let outcome = try run(events, bound: bound, lateness: 0, checkEarlyEvery: 7)
    #expect(outcome.late == 0)
    #expect(outcome.ticks > 10)
  }

  /// Set `THERMOCLINE_TEST_STREAMS` to try more of them.
  @Test("short random streams, in order, out of order and late: each reading is the naive one")
  func shortStreams() throws {
    let streams = ProcessInfo.processInfo.environment["THERMOCLINE_TEST_STREAMS"].flatMap(
      UInt64.init)
    var corrections = 0
    for seed in 0..<(streams ?? 1_000) {
      var random = SeededGenerator(seed: 1_000_000 + seed)
      let bound = [Int64(0), 5_000, 150_000, 700_000].randomElement(using: &random)!
      let lateness = [Int64(0), 0, 400_000, 3_000_000].randomElement(using: &random)!
      let events = randomEvents(
        &random, count: .random(in: 1...9, using: &random), bound: bound + lateness)
      corrections += try run(
        events, bound: bound, lateness: lateness, checkEarlyEvery: 3, "short stream \(seed)"
      ).corrections
    }
    #expect(corrections > 0)
  }

  @Test("events within the bound give the same readings in any order", arguments: 100..<104)
  func anyOrder(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let bound = Int64(120_000)
    let sorted = randomEvents(&random, count: 200, bound: 0)
    var reordered = sorted.map { ($0.time + Int64.random(in: 0...bound / 2, using: &random), $0) }
    reordered.sort { ($0.0, $0.1.account, $0.1.user) < ($1.0, $1.1.account, $1.1.user) }
    let a = try run(sorted, bound: bound, lateness: 0, checkEarlyEvery: 1_000)
    let b = try run(reordered.map(\.1), bound: bound, lateness: 0, checkEarlyEvery: 1_000)
    #expect(b.late == 0)
    #expect(a.readings == b.readings)
    #expect(!a.readings.isEmpty)
  }

  @Test(
    "late events within the allowed lateness correct the windows; later ones are refused",
    arguments: 200..<206)
  func lateness(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let events = randomEvents(&random, count: 200, bound: 1_500_000)
    let lateness = Int64(seed % 2 == 0 ? 400_000 : 3_000_000)
    let outcome = try run(events, bound: 5_000, lateness: lateness, checkEarlyEvery: 9)
    #expect(outcome.corrections > 0)
    #expect(outcome.late > 0 || lateness > 2_000_000)
    #expect(outcome.late + outcome.applied + outcome.corrections == events.count)
  }

  @Test(
    "at every tick, due or not, the account's reading is the naive one: what fades makes it due",
    arguments: 300..<308)
  func everyTick(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    try checkEveryTick(of: randomEvents(&random, count: 12, bound: 0), everyKind, bound: 0)
  }

  @Test(
    "more slides than an account's row has last panes of: each is the naive one",
    arguments: 400..<404)
  func manySlides(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let quantities = [15, 30, 60, 120, 240].flatMap { (seconds: Int64) in
      let slide = TimeSpan.seconds(seconds)
      return [
        WindowedQuantity(.count, length: slide * 2, slide: slide),
        WindowedQuantity(.sum, length: slide * 3, slide: slide),
      ]
    }
    #expect(try WindowPlan(quantities).levels.count > WindowStore.tailsInRow)
    let bound = Int64(700_000)
    let events = randomEvents(&random, count: 40, bound: bound)
    try checkEveryTick(of: events, quantities, bound: bound)
  }

  private func checkEveryTick(
    of events: [TestEvent], _ quantities: [WindowedQuantity], bound: Int64
  ) throws {
    let plan = try WindowPlan(quantities)
    var store = WindowStore(
      plan: plan, settings: WindowSettings(outOfOrderness: TimeSpan(milliseconds: bound)))
    var naive = NaiveWindows()
    var reading = WindowReading(
      at: .distantPast, values: Array(repeating: 0, count: quantities.count),
      lastEvent: .distantPast, firstEvent: .distantPast, isFinal: false)
    for event in events {
      let batch = EventBatch(bytesCapacity: 4_096, recordsCapacity: 1)
      batch.append(event)
      _ = store.apply(at: 0, of: batch)
      while let time = store.nextTick(every: true) {
        while store.nextDue() != nil {}
        for name in Set(naive.events.map(\.account)) {
          let known = store.account(named: name)
          store.finalReading(try #require(known), into: &reading)
          let near = naive.near(time.milliseconds, account: name)
          for (i, q) in quantities.enumerated() {
            let expected = near.value(q, account: name, at: time.milliseconds)
            if abs(reading.values[i] - expected) > NaiveWindows.tolerance(q) {
              Issue.record("\(q) of \(name) at \(time): \(reading.values[i]), not \(expected)")
            }
          }
        }
      }
      naive.events.append(event)
    }
  }

  @Test("a sum beyond 64 bits wraps, by late events too, and is right again once they have left")
  func sumsWrap() throws {
    let minute = TimeSpan.minutes(1)
    let plan = try WindowPlan([WindowedQuantity(.sum, length: minute * 2, slide: minute)])
    var store = WindowStore(
      plan: plan, settings: WindowSettings(outOfOrderness: .zero, allowedLateness: .hours(1)))
    var reading = WindowReading(
      at: .distantPast, values: [0], lastEvent: .distantPast, firstEvent: .distantPast,
      isFinal: false)
    let largest = Int64(Limits.valueMagnitudeMax)
    let batch = EventBatch(bytesCapacity: 4_096, recordsCapacity: 2)
    func tick(_ store: inout WindowStore) {
      while store.nextTick() != nil { while store.nextDue() != nil {} }
    }
    batch.append(TestEvent(account: "a", time: start, value: largest))
    // One more than 2⁶³ millionths.
    let count = Int(Int64.max / (largest * 1_000_000)) + 1
    for _ in 1..<count { _ = store.apply(at: 0, of: batch) }
    store.raiseWatermark(to: EventTime(milliseconds: start) + minute)
    tick(&store)
    let outcomes = (0..<2).map { _ in store.apply(at: 0, of: batch) }
    #expect(outcomes == [.correction, .correction])
    let known = store.account(named: "a")
    let account = try #require(known)
    store.finalReading(account, into: &reading)
    #expect(reading.values[0] == Int64(count + 1) &* (largest * 1_000_000))
    #expect(reading.values[0] < 0)
    batch.append(TestEvent(account: "a", time: start + 300_000, value: 7))
    _ = store.apply(at: 1, of: batch)
    store.raiseWatermark(to: EventTime(milliseconds: start) + minute * 6)
    tick(&store)
    store.finalReading(account, into: &reading)
    #expect(reading.values[0] == 7_000_000)
  }

  @Test("all orders of four events around a boundary, exhaustively")
  func exhaustive() throws {
    let times: [Int64] = [59_999, 60_000, 119_999, 299_999, 300_000]
    for a in times {
      for b in times {
        for c in times {
          for d in times {
            let events = [(a, "u"), (b, "v"), (c, "u"), (d, "w")].map {
              TestEvent(account: "x", user: $0.1, time: start + $0.0)
            }
            _ = try run(events, bound: 300_000, lateness: 0, checkEarlyEvery: 4)
          }
        }
      }
    }
  }

  @Test("a silent account's windows empty by the watermark alone, and it can be forgotten")
  func silence() throws {
    let plan = try WindowPlan([WindowedQuantity(.count, length: .minutes(3), slide: .minutes(1))])
    var store = WindowStore(plan: plan, settings: WindowSettings(outOfOrderness: .zero))
    let batch = EventBatch()
    batch.append(TestEvent(time: start))
    let applied = store.apply(at: 0, of: batch)
    #expect(applied == .applied)
    var reading = WindowReading(
      at: .distantPast, values: [0], lastEvent: .distantPast, firstEvent: .distantPast,
      isFinal: false)
    store.raiseWatermark(to: EventTime(milliseconds: start) + .days(400))
    var seen: [(Int64, Int64)] = []
    while let tick = store.nextTick() {
      while let account = store.nextDue() {
        store.finalReading(account, into: &reading)
        seen.append((tick.milliseconds - start, reading.values[0]))
      }
    }
    // Due when its pane closes and when it leaves the window; at no other tick.
    #expect(seen.map(\.0) == [60_000, 240_000])
    #expect(seen.map(\.1) == [1, 0])
    let known = store.account(named: "a")
    let account = try #require(known)
    let isEmpty = store.isEmpty(account)
    #expect(isEmpty)
    store.forget(account)
    let counts = (store.accountsCount, store.openPanesCount + store.logBytes)
    #expect(counts == (0, 0))
    let gone = store.account(named: "a") == nil
    #expect(gone)
  }

  @Test("an account over the maximum is refused, the others go on")
  func accountsMax() throws {
    let plan = try WindowPlan([WindowedQuantity(.count, length: .minutes(3), slide: .minutes(1))])
    var store = WindowStore(plan: plan, settings: WindowSettings(accountsMax: 2))
    let batch = EventBatch()
    for name in ["a", "b", "c", "a"] { batch.append(TestEvent(account: name, time: start)) }
    let outcomes = (0..<4).map { store.apply(at: $0, of: batch) }
    #expect(outcomes == [.applied, .applied, .tooManyAccounts, .applied])
  }

  @Test("at the limit of bytes nothing new is entered, what is known goes on, and nothing grows")
  func bytesMax() throws {
    let plan = try WindowPlan([
      WindowedQuantity(.count, length: .minutes(3), slide: .minutes(1)),
      WindowedQuantity(.distinctUsers, length: .minutes(3), slide: .minutes(1)),
    ])
    let limit = 256 << 10
    var store = WindowStore(plan: plan, settings: WindowSettings(bytesMax: limit))
    let batch = EventBatch()
    var outcomes: [ApplyOutcome] = []
    var most = 0
    for i in 0..<20_000 {
      batch.clear()
      batch.append(TestEvent(account: "account-\(i)", time: start))
      outcomes.append(store.apply(at: 0, of: batch))
      most = max(most, store.bytes)
    }
    let known = outcomes.count { $0 == .applied }
    #expect(
      known > 100
        && outcomes == Array(repeating: .applied, count: known)
          + Array(repeating: .tooManyAccounts, count: 20_000 - known)
    )
    // One table or list that doubles may pass the limit, by less than what there was.
    #expect(most < 2 * limit)
    batch.clear()
    let before = store.uncountedEntities
    for i in 0..<1_000 {
      batch.append(TestEvent(account: "account-1", user: "u\(i)", time: start + 1))
    }
    for i in 0..<1_000 { #expect(store.apply(at: i, of: batch) == .applied) }
    #expect(store.uncountedEntities - before == 1_000)
    let after = store.bytes
    #expect(after == most)
  }

  @Test(
    "users over the maximum of an account are not counted, others' are; those who leave make room")
  func entitiesMax() throws {
    let plan = try WindowPlan([
      WindowedQuantity(.count, length: .minutes(3), slide: .minutes(1)),
      WindowedQuantity(.distinctUsers, length: .minutes(3), slide: .minutes(1)),
    ])
    var store = WindowStore(
      plan: plan, settings: WindowSettings(outOfOrderness: .zero, entitiesMax: 5))
    let batch = EventBatch()
    func tick(_ minutes: Int64) {
      store.raiseWatermark(to: EventTime(milliseconds: start) + .minutes(minutes))
      while store.nextTick() != nil { while store.nextDue() != nil {} }
    }
    func totals(_ name: String) throws -> [Int64] {
      let account = try #require({ store.account(named: name) }())
      return [store.total(account, 0), store.total(account, 1)]
    }
    for i in 0..<9 { batch.append(TestEvent(account: "a", user: "u\(i)", time: start)) }
    for i in 0..<3 { batch.append(TestEvent(account: "b", user: "u\(i)", time: start)) }
    for i in 0..<12 { #expect(store.apply(at: i, of: batch) == .applied) }
    tick(1)
    #expect(try totals("a") == [9, 5])
    #expect(try totals("b") == [3, 3])
    #expect(store.uncountedEntities == 4)
    // Four minutes on all have left.
    tick(4)
    batch.clear()
    for i in 0..<9 {
      batch.append(TestEvent(account: "a", user: "v\(i)", time: start + 4 * 60_000))
    }
    for i in 0..<9 { #expect(store.apply(at: i, of: batch) == .applied) }
    tick(5)
    #expect(try totals("a") == [9, 5])
    #expect(store.uncountedEntities == 8)
  }

  @Test("a timer wakes an account at a tick where no window of it changes")
  func timer() throws {
    let plan = try WindowPlan([WindowedQuantity(.count, length: .hours(1), slide: .minutes(1))])
    var store = WindowStore(plan: plan, settings: WindowSettings(outOfOrderness: .zero))
    let batch = EventBatch()
    batch.append(TestEvent(time: start))
    _ = store.apply(at: 0, of: batch)
    let known = store.account(named: "a")
    let account = try #require(known)
    store.setTimer(account, at: EventTime(milliseconds: start + 90_000))
    store.raiseWatermark(to: EventTime(milliseconds: start + 200_000))
    var ticks: [Int64] = []
    while let tick = store.nextTick() {
      while store.nextDue() != nil { ticks.append(tick.milliseconds - start) }
    }
    #expect(ticks == [60_000, 120_000])
  }

  @Test("two accounts whose hashes collide stay two")
  func collidingAccounts() throws {
    let (one, other) = try #require(Self.collision(seed: 7))
    #expect(one != other)
    let plan = try WindowPlan(everyKind)
    var store = WindowStore(
      plan: plan, settings: WindowSettings(outOfOrderness: .zero, hashSeed: 7))
    let batch = EventBatch()
    for (account, value) in [(one, 1), (other, 10), (one, 100)] as [(String, Int64)] {
      batch.append(TestEvent(account: account, time: start + value, value: value))
    }
    for i in 0..<3 { _ = store.apply(at: i, of: batch) }
    store.raiseWatermark(to: EventTime(milliseconds: start) + .minutes(1))
    while store.nextTick() != nil { while store.nextDue() != nil {} }
    let accounts = (store.account(named: one), store.account(named: other))
    let (a, b) = (try #require(accounts.0), try #require(accounts.1))
    #expect(a != b)
    let counts = (store.total(a, 0), store.total(b, 0))
    #expect(counts == (2, 1))
  }

  /// Two names of one hash: among 200,000 names there are four or five such pairs of the 2³² hashes.
  private static func collision(seed: UInt64) -> (String, String)? {
    var names: [UInt32: String] = [:]
    for i in 0..<400_000 {
      let name = "account-\(i)"
      let bytes = Array(name.utf8) + Array(repeating: 0, count: 64)
      let hash = unsafe bytes.withUnsafeBytes {
        unsafe NameKey(
          UnsafeRawBufferPointer(rebasing: $0[..<name.utf8.count]), owner: 0, seed: seed)
      }.hash
      if let other = names.updateValue(name, forKey: hash) { return (other, name) }
    }
    return nil
  }

  // MARK: the run against the reference

  private struct Outcome {
    var ticks = 0
    var applied = 0
    var corrections = 0
    var late = 0
    var readings: [String: [Int64]] = [:]
  }

  private func run(
    _ events: [TestEvent], bound: Int64, lateness: Int64, checkEarlyEvery: Int,
    _ stream: String = "the stream"
  ) throws -> Outcome {
    let plan = try WindowPlan(everyKind, retention: TimeSpan(milliseconds: lateness))
    var store = WindowStore(
      plan: plan,
      settings: WindowSettings(
        outOfOrderness: TimeSpan(milliseconds: bound),
        allowedLateness: TimeSpan(milliseconds: lateness)))
    var naive = NaiveWindows()
    var outcome = Outcome()
    var reading = WindowReading(
      at: .distantPast, values: Array(repeating: 0, count: everyKind.count),
      lastEvent: .distantPast, firstEvent: .distantPast, isFinal: false)

    func check(_ account: UInt32, _ store: inout WindowStore, early: Bool) {
      let name = store.name(of: account)
      let mine = naive.events.filter { $0.account == name }
      let near = naive.near(reading.at.milliseconds, account: name)
      for (i, q) in everyKind.enumerated() {
        // Windows of a longer slide end at its last boundary when final, at the next when early.
        let slide = q.slide.milliseconds
        let newest = mine.map(\.time).max()!
        let end =
          early
          ? max(newest / slide * slide + slide, reading.at.milliseconds / slide * slide)
          : reading.at.milliseconds
        let expected = near.value(q, account: name, at: end)
        // An expectation each would take most of the test's time.
        if abs(reading.values[i] - expected) > NaiveWindows.tolerance(q) {
          Issue.record(
            "\(stream): \(q) of \(name) at \(reading.at), early \(early): \(reading.values[i]), not \(expected)"
          )
        }
      }
      let before = mine.filter { $0.time < reading.at.milliseconds }.map(\.time)
      #expect(reading.lastEvent.milliseconds == before.max())
    }

    /// The windows that a late event changed after they were final.
    func checkPast(_ account: UInt32, since time: Int64, _ store: inout WindowStore) {
      #expect(store.correctedAccount == account)
      let name = store.name(of: account)
      var values = Array(repeating: Int64(0), count: everyKind.count)
      let closed = store.closed.milliseconds
      let ticks = Array(
        stride(from: time / 60_000 * 60_000 + 60_000, through: closed, by: 60_000))
      // The first, one in the middle and the last of them.
      for end in Set([ticks.first, ticks.dropFirst(ticks.count / 2).first, ticks.last]) {
        guard let end else { continue }
        store.pastReading(account, at: EventTime(milliseconds: end), into: &values)
        let near = naive.near(end, account: name)
        for (i, q) in everyKind.enumerated() {
          let expected = near.value(q, account: name, at: end)
          if abs(values[i] - expected) > NaiveWindows.tolerance(q) {
            Issue.record("\(stream): \(q) of \(name) at past \(end): \(values[i]), not \(expected)")
          }
        }
      }
    }

    func tick(_ store: inout WindowStore) {
      while let time = store.nextTick() {
        outcome.ticks += 1
        while let account = store.nextDue() {
          store.finalReading(account, into: &reading)
          #expect(reading.at == time)
          outcome.readings["\(store.name(of: account)) \(time)"] = reading.values
          check(account, &store, early: false)
        }
      }
    }

    let batch = EventBatch()
    for event in events { batch.append(event) }
    for (i, event) in events.enumerated() {
      // Every other group of events is looked at ahead of its turn, as the job does with all.
      let (group, place) = i.quotientAndRemainder(dividingBy: WindowStore.warmMax)
      let isWarm = group % 2 == 0
      if isWarm, place == 0 {
        store.warm(batch, from: i, count: min(WindowStore.warmMax, events.count - i))
      }
      switch store.apply(at: i, of: batch, place: isWarm ? place : -1) {
      case .applied:
        outcome.applied += 1
        naive.events.append(event)
      case .correction:
        outcome.corrections += 1
        naive.events.append(event)
        let known = store.account(named: event.account)
        let account = try #require(known)
        let isCorrected = store.isCorrected(account)
        #expect(isCorrected)
        store.finalReading(account, into: &reading)
        check(account, &store, early: false)
        checkPast(account, since: event.time, &store)
      case .late: outcome.late += 1
      case .tooManyAccounts, .full: Issue.record("no limit was set")
      }
      tick(&store)
      if i % checkEarlyEvery == checkEarlyEvery - 1, let account = store.popDirty() {
        store.earlyReading(account, into: &reading)
        check(account, &store, early: true)
      }
    }
    store.raiseWatermark(to: store.newestEvent + .hours(3))
    tick(&store)
    let panesLeft = store.openPanesCount + store.logBytes
    #expect(panesLeft == 0)
    return outcome
  }

  private func randomEvents(
    _ random: inout SeededGenerator, count: Int, bound: Int64
  ) -> [TestEvent] {
    var now = start
    return (0..<count).map { _ in
      now +=
        [Int64(0), 900, 9_000, 61_000, 1_900_000].randomElement(using: &random)!
        / Int64.random(in: 1...4, using: &random)
      return TestEvent(
        ["login", "bot_call", "other"].randomElement(using: &random)!,
        account: ["a", "b", "c"].randomElement(using: &random)!,
        user: ["u", "v", "w", "", "a user with a long name, over one granule"].randomElement(
          using: &random)!,
        feature: ["", "export", "import"].randomElement(using: &random)!,
        time: now - Int64.random(in: 0...bound, using: &random),
        value: Int64.random(in: -3...9, using: &random))
    }
  }
}

extension NaiveWindows {
  /// Without the events that no window at or after a tick can hold: most of a long stream.
  fileprivate func near(_ end: Int64, account: String) -> NaiveWindows {
    NaiveWindows(events: events.filter { $0.time >= end - reach && $0.account == account })
  }
}
