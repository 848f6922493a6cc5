import Testing
import ThermoclineTestKit

@testable import ThermoclineBacktest

@Suite struct ActivityHistoryTests {
  @Test(arguments: [UInt64(1), 2, 3])
  func factsAreThoseOfCountingAllEvents(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<40 {
      let days = (0..<Int.random(in: 1...80, using: &random)).map { _ in
        Int.random(in: 100...200, using: &random)
      }
      var history = ActivityHistory()
      for day in days { history.add(day: day) }
      #expect(history.firstDay == days.min() && history.lastDay == days.max())
      for day in stride(from: 95, through: 260, by: 3) {
        let before = days.filter { $0 < day }
        guard let last = before.max() else {
          #expect(history.facts(before: day) == nil)
          continue
        }
        let week = before.count { $0 >= day - 7 }
        let fourWeeks = before.count { $0 < day - 7 && $0 >= day - 35 }
        let expected = ActivityFacts(
          daysSinceLastEvent: day - last, activeDays: Set(before.filter { $0 >= day - 28 }).count,
          weekRatio: Double(week + 1) / (Double(fourWeeks) / 4 + 1))
        #expect(history.facts(before: day) == expected, "seed \(seed), day \(day)")
      }
    }
  }
}
