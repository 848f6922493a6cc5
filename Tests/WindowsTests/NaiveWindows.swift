import ThermoclineCore
import ThermoclineTestKit
import ThermoclineWindows

/// The reference: keeps every event and computes each quantity from its definition, slowly.
struct NaiveWindows {
  var events: [TestEvent] = []

  func value(_ q: WindowedQuantity, account: String, at end: Int64) -> Int64 {
    let slide = q.slide.milliseconds
    let stop = end / slide * slide - q.shift.milliseconds
    let start = stop - q.length.milliseconds
    let mine = events.filter {
      $0.account == account && $0.time >= start && $0.time < stop && matches(q.filter, $0)
    }
    switch q.aggregate {
    case .count: return Int64(mine.count)
    case .sum: return mine.reduce(0) { $0 + $1.value * 1_000_000 }
    case .activePanes: return Int64(Set(mine.map { $0.time / slide }).count)
    case .distinctUsers: return Int64(Set(mine.map(\.user)).subtracting([""]).count)
    case .distinctFeatures:
      return Int64(Set(mine.map { $0.feature.isEmpty ? $0.type : $0.feature }).count)
    case .userPanes:
      return Int64(
        Set(mine.filter { !$0.user.isEmpty }.map { "\($0.time / slide) \($0.user)" }).count)
    }
  }

  private func matches(_ filter: EventFilter, _ event: TestEvent) -> Bool {
    switch filter {
    case .any: true
    case .types(let types): types.contains(event.type)
    }
  }
}
