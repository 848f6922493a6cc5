import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit
import ThermoclineWindows

/// The worked table of `docs/event-time.md`, read from the page and held against the store.
@Suite struct WorkedTableTests {
  private struct Row {
    var tick: Int64
    var now: Int64
    var before: Int64
  }

  @Test("the table of the documentation is what the windows say")
  func theTable() throws {
    let rows = try Self.rows()
    #expect(rows.count == 7)
    let day = EventTime(year: 2026, month: 1, day: 5).milliseconds
    let length = TimeSpan.minutes(3)
    let plan = try WindowPlan([
      WindowedQuantity(.count, length: length, slide: .minutes(1)),
      WindowedQuantity(.count, length: length, slide: .minutes(1), shift: length),
    ])
    var store = WindowStore(plan: plan, settings: WindowSettings(outOfOrderness: .zero))
    let batch = EventBatch(bytesCapacity: 4_096, recordsCapacity: 8)
    for (minute, second) in [(0, 10), (0, 50), (2, 5), (5, 0)] as [(Int64, Int64)] {
      batch.append(TestEvent(time: day + 36_000_000 + minute * 60_000 + second * 1_000))
    }
    var next = 0
    var visited: [Int64] = []
    for row in rows {
      let tick = day + 36_000_000 + row.tick * 60_000
      while next < batch.eventsCount, batch[next].time < tick {
        _ = store.apply(at: next, of: batch)
        next += 1
      }
      store.raiseWatermark(to: EventTime(milliseconds: tick))
      while let time = store.nextTick() {
        while store.nextDue() != nil {
          visited.append((time.milliseconds - day - 36_000_000) / 60_000)
        }
      }
      let account = store.account(named: "a")
      let (now, before) = (store.total(try #require(account), 0), store.total(account!, 1))
      #expect(now == row.now, "10:0\(row.tick)")
      #expect(before == row.before, "10:0\(row.tick)")
    }
    // As the page says: not at 10:02 and 10:05.
    #expect(visited == [1, 3, 4, 6, 7])
  }

  @Test(
    "the same window with a half-life of a minute is what the page says, at each of the two ticks")
  func fading() throws {
    let day = EventTime(year: 2026, month: 1, day: 5).milliseconds
    let plan = try WindowPlan([
      WindowedQuantity(
        .decayedCount(halfLife: .minutes(1)), length: .minutes(3), slide: .minutes(1))
    ])
    var store = WindowStore(plan: plan, settings: WindowSettings(outOfOrderness: .zero))
    let batch = EventBatch(bytesCapacity: 4_096, recordsCapacity: 8)
    for second in [10, 50, 125] as [Int64] { batch.append(TestEvent(time: day + second * 1_000)) }
    for i in 0..<3 { _ = store.apply(at: i, of: batch) }
    var values: [Int64] = []
    store.raiseWatermark(to: EventTime(milliseconds: day) + .minutes(7))
    while store.nextTick() != nil {
      while let account = store.nextDue() { values.append(store.total(account, 0)) }
    }
    // 10:01 … 10:06: two halve, a third joins, the two leave, the third halves and leaves.
    #expect(values == [2_000_000, 1_000_000, 1_500_000, 500_000, 250_000, 0])
  }

  /// `| 10:04 | … | 1 (…) | 2 |` → tick 4, 1, 2.
  private static func rows() throws -> [Row] {
    let page = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "docs/event-time.md")
    return try String(contentsOf: page, encoding: .utf8).split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 4, cells[0].hasPrefix("10:0"), let tick = Int64(cells[0].dropFirst(4)),
        let now = Int64(cells[2].prefix { $0.isNumber }),
        let before = Int64(cells[3].prefix { $0.isNumber })
      else { return nil }
      return Row(tick: tick, now: now, before: before)
    }
  }
}
