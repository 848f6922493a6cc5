import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineWindows

@Suite("WindowStore: room in the logs") struct WindowStoreLogRoomTests {
  private let start: Int64 = 1_767_225_600_000
  private let quantities = [
    WindowedQuantity(.count, length: .hours(1), slide: .minutes(1)),
    WindowedQuantity(.sum, length: .hours(1), slide: .minutes(1)),
    WindowedQuantity(.distinctUsers, length: .hours(1), slide: .minutes(1)),
    WindowedQuantity(.count, length: .hours(2), slide: .hours(1)),
  ]

  @Test(
    "events for which closed panes have no room are refused; what was taken counts, and time makes room",
    arguments: [UInt64(1), 2, 3], [16 << 10, 24 << 10])
  func refusing(seed: UInt64, bytesMax: Int) throws {
    var random = SeededGenerator(seed: seed)
    var settings = WindowSettings(outOfOrderness: .minutes(1), allowedLateness: .minutes(10))
    settings.logBytesMax = bytesMax
    var store = WindowStore(plan: try WindowPlan(quantities), settings: settings)
    let batch = EventBatch()
    var naive = NaiveWindows()
    var outcomes: [ApplyOutcome] = []
    var (most, refusedBefore, appliedAfter) = (0, 0, 0)
    func tick() {
      while store.nextTick() != nil { while store.nextDue() != nil {} }
      most = max(most, store.logBytes)
    }
    for i in 0..<12_000 {
      // Three hours, of which the second is quiet.
      let now = start + Int64(i) * 600 + (i < 6_000 ? 0 : 3_600_000)
      let event = TestEvent(
        account: "account-\(Int.random(in: 0..<40, using: &random))",
        user: "user-\(Int.random(in: 0..<60, using: &random))",
        time: now - Int64.random(in: 0...300_000, using: &random),
        value: Int64.random(in: -1_000_000_000...1_000_000_000, using: &random))
      batch.clear()
      batch.append(event)
      let outcome = store.apply(at: 0, of: batch)
      outcomes.append(outcome)
      if outcome == .applied || outcome == .correction {
        naive.events.append(event)
        if refusedBefore > 0 { appliedAfter += 1 }
      }
      if outcome == .full { refusedBefore += 1 }
      if store.isTickDue() { tick() }
      #expect(store.watermark.milliseconds >= event.time - 60_000, "time goes on in any case")
    }
    #expect(most <= bytesMax)
    #expect(most > bytesMax / 2, "the room is used")
    #expect(refusedBefore > 100 && appliedAfter > 100)
    #expect(outcomes.contains(.correction))
    // At this level nobody new is entered: the reason of those who were not known.
    let end = store.watermark.milliseconds / 60_000 * 60_000
    var seen = 0
    for i in 0..<40 {
      let name = "account-\(i)"
      guard let account = store.account(named: name) else { continue }
      var values = Array(repeating: Int64(0), count: quantities.count)
      store.pastReading(account, at: EventTime(milliseconds: end), into: &values)
      for (q, quantity) in quantities.enumerated() {
        #expect(
          values[q] == naive.value(quantity, account: name, at: end), "\(quantity) of \(name)")
      }
      seen += 1
    }
    #expect(seen > 5)
    store.raiseWatermark(to: store.newestEvent + .hours(4))
    tick()
    let left = store.logBytes
    #expect(left == 0)
    batch.clear()
    batch.append(TestEvent(account: "new", time: start + 40 * 3_600_000))
    #expect(store.apply(at: 0, of: batch) == .applied)
  }

  @Test("the layout of a pane with the largest values fits into what is set aside for it")
  func largestPane() {
    for columns in [1, 2, 7, 40, 255] {
      for offset in 0..<ByteChunks.payload {
        var log = ByteChunks()
        let begin = log.begin()
        var end = begin
        for _ in 0..<offset { log.append(0, at: &end) }
        let before = log.used
        // Two heads and the largest values, here in one string.
        for _ in 0..<2 { log.append(LogHeader(delta: .max, count: .max), at: &end) }
        for column in 0..<columns {
          log.append(UInt8(column), at: &end)
          log.append(value: .min + 1, isSum: true, at: &end)
        }
        #expect(log.used - before <= WindowStore.logBytesMax(columns: columns))
      }
    }
  }

  @Test("room is set aside for each open pane by what its level counts, through a checkpoint, too")
  func byLevel() throws {
    let plan = try WindowPlan(quantities)
    let columns = plan.levels.map(\.columns.count)
    try #require(Set(columns).count == 2, "minutes count more than hours")
    let settings = WindowSettings(outOfOrderness: .minutes(10))
    var store = WindowStore(plan: plan, settings: settings)
    let batch = EventBatch()
    // Two accounts, in three minutes of two hours.
    for (account, minute) in [("a", 59), ("a", 60), ("b", 60), ("b", 61), ("a", 60)] {
      batch.clear()
      batch.append(TestEvent(account: account, time: start + Int64(minute) * 60_000))
      #expect(store.apply(at: 0, of: batch) == .applied)
    }
    // a: minutes 59 and 60 of two hours; b: minutes 60 and 61 of one.
    let expected =
      4 * WindowStore.logBytesMax(columns: columns[0])
      + 3 * WindowStore.logBytesMax(columns: columns[1])
    let setAside = store.openLogBytes
    #expect(setAside == expected)
    var reader = StateReader(stateBytes { store.write(to: &$0) })
    var restored = WindowStore(plan: plan, settings: settings)
    try restored.read(from: &reader)
    let setAsideAgain = restored.openLogBytes
    #expect(setAsideAgain == expected)
    restored.raiseWatermark(to: EventTime(milliseconds: start) + .hours(2))
    while restored.nextTick() != nil { while restored.nextDue() != nil {} }
    let (left, panes, closed) = (
      restored.openLogBytes, restored.openPanesCount, restored.logBytes
    )
    #expect(left == 0 && panes == 0)
    #expect(closed > 0 && closed <= expected + 4 * WindowStore.entityLogBytesMax)
  }
}
