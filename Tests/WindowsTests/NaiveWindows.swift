import Foundation
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
    case .decayedCount(let halfLife):
      return decayed(mine, by: halfLife, slide: slide, until: stop) { _ in 1 }
    case .decayedSum(let halfLife):
      return decayed(mine, by: halfLife, slide: slide, until: stop) { Double($0.value) }
    case .last:
      let newest = mine.max { ($0.time, $0.value) < ($1.time, $1.value) }
      return (newest?.value ?? 0) * 1_000_000
    }
  }

  /// How far a quantity may be from the naive value: what decays is rounded to millionths, and so is the naive value.
  static func tolerance(_ q: WindowedQuantity) -> Int64 {
    switch q.aggregate {
    case .decayedCount, .decayedSum: 1
    default: 0
    }
  }

  /// Event by event, with the C library's power.
  private func decayed(
    _ events: [TestEvent], by halfLife: TimeSpan, slide: Int64, until stop: Int64,
    _ value: (TestEvent) -> Double
  ) -> Int64 {
    let sum = events.reduce(0.0) { sum, event in
      let age = Double(stop - (event.time / slide + 1) * slide)
      return sum + value(event) * pow(0.5, age / Double(halfLife.milliseconds))
    }
    return Int64((sum * 1_000_000).rounded())
  }

  private func matches(_ filter: EventFilter, _ event: TestEvent) -> Bool {
    switch filter {
    case .any: true
    case .types(let types): types.contains(event.type)
    case .features(let features, let types):
      features.contains(event.feature) && (types.isEmpty || types.contains(event.type))
    }
  }
}
