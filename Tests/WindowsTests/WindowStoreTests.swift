import Testing
import ThermoclineCore
import ThermoclineTestKit
import ThermoclineWindows

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
  ]
}()

private let start = Limits.eventTimeMin.milliseconds + 1_000 * TimeSpan.days(1).milliseconds

@Suite struct WindowStoreTests {
  @Test(
    "every quantity equals the naive reference at every tick and in early readings, on random streams",
    arguments: 0..<24)
  func randomStreams(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let bound = [Int64(0), 5_000, 150_000, 700_000][Int(seed % 4)]
    let events = randomEvents(&random, count: 200, bound: bound)
    let outcome = try run(events, bound: bound, lateness: 0, checkEarlyEvery: 7)
    #expect(outcome.late == 0)
    #expect(outcome.ticks > 10)
  }

  @Test("events within the bound give the same readings in any order", arguments: 100..<110)
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
    arguments: 200..<216)
  func lateness(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let events = randomEvents(&random, count: 200, bound: 1_500_000)
    let lateness = Int64(seed % 2 == 0 ? 400_000 : 3_000_000)
    let outcome = try run(events, bound: 5_000, lateness: lateness, checkEarlyEvery: 9)
    #expect(outcome.corrections > 0)
    #expect(outcome.late > 0 || lateness > 2_000_000)
    #expect(outcome.late + outcome.applied + outcome.corrections == events.count)
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

  // MARK: the run against the reference

  private struct Outcome {
    var ticks = 0
    var applied = 0
    var corrections = 0
    var late = 0
    var readings: [String: [Int64]] = [:]
  }

  private func run(
    _ events: [TestEvent], bound: Int64, lateness: Int64, checkEarlyEvery: Int
  ) throws -> Outcome {
    let plan = try WindowPlan(everyKind)
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
      for (i, q) in everyKind.enumerated() {
        // Windows of a longer slide end at its last boundary when final, at the next when early.
        let slide = q.slide.milliseconds
        let newest = mine.map(\.time).max()!
        let end =
          early
          ? max(newest / slide * slide + slide, reading.at.milliseconds / slide * slide)
          : reading.at.milliseconds
        let expected = naive.value(q, account: name, at: end)
        // An expectation each would take most of the test's time.
        if reading.values[i] != expected {
          Issue.record(
            "\(q) of \(name) at \(reading.at), early \(early): \(reading.values[i]), not \(expected)"
          )
        }
      }
      let before = mine.filter { $0.time < reading.at.milliseconds }.map(\.time)
      #expect(reading.lastEvent.milliseconds == before.max())
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

    for (i, event) in events.enumerated() {
      let batch = EventBatch(bytesCapacity: 4_096, recordsCapacity: 1)
      batch.append(event)
      switch store.apply(at: 0, of: batch) {
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
      case .late: outcome.late += 1
      case .tooManyAccounts: Issue.record("no limit was set")
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
