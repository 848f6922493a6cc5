import Foundation
import ThermoclineCore
import ThermoclineWindows

/// One event, as the naive reference sees it.
struct TestEvent {
  var time: EventTime
  var type = "click"
  /// Empty = it names none.
  var user = "u"
  var feature = ""
  var value = 1.0
}

/// The quantities of an account, computed from all of its events by the definition of each.
enum NaiveWindows {
  static func reading(
    of quantities: [WindowedQuantity], _ events: [TestEvent], at: EventTime, isFinal: Bool = true
  ) -> WindowReading {
    let past = events.filter { $0.time < at }
    return WindowReading(
      at: at, values: quantities.map { value($0, past, at) },
      lastEvent: past.map(\.time).max() ?? .distantPast,
      firstEvent: past.map(\.time).min() ?? .distantFuture, isFinal: isFinal)
  }

  private static func value(_ q: WindowedQuantity, _ events: [TestEvent], _ at: EventTime) -> Int64
  {
    let end = at.floor(to: q.slide) - q.shift
    let inside = events.filter { event in
      guard event.time >= end - q.length, event.time < end else { return false }
      return switch q.filter {
      case .any: true
      case .types(let types): types.contains(event.type)
      case .features(let features, let types):
        features.contains(event.feature) && (types.isEmpty || types.contains(event.type))
      }
    }
    func decayed(_ halfLife: TimeSpan, _ value: (TestEvent) -> Double) -> Int64 {
      let sum = inside.reduce(0.0) { sum, event in
        let age = end - (pane(event) + q.slide)
        return sum + value(event) * pow(2, -age.days / halfLife.days)
      }
      return Int64((sum * 1_000_000).rounded())
    }
    func pane(_ event: TestEvent) -> EventTime { event.time.floor(to: q.slide) }
    return switch q.aggregate {
    case .count: Int64(inside.count)
    case .sum: inside.reduce(0) { $0 + Int64(($1.value * 1_000_000).rounded()) }
    case .activePanes: Int64(Set(inside.map(pane)).count)
    case .distinctUsers: Int64(Set(inside.map(\.user).filter { !$0.isEmpty }).count)
    case .distinctFeatures:
      Int64(Set(inside.map { $0.feature.isEmpty ? "type:" + $0.type : $0.feature }).count)
    case .userPanes:
      Int64(
        Set(inside.filter { !$0.user.isEmpty }.map { "\(pane($0).milliseconds) \($0.user)" }).count)
    case .decayedCount(let halfLife): decayed(halfLife) { _ in 1 }
    case .decayedSum(let halfLife): decayed(halfLife, \.value)
    case .last:
      inside.max { ($0.time, $0.value) < ($1.time, $1.value) }
        .map { Int64(($0.value * 1_000_000).rounded()) } ?? 0
    }
  }
}

/// Midnight of day `n` of the tests' calendar; day 0 is Monday, 2026-01-05.
func day(_ n: Int) -> EventTime { EventTime(year: 2026, month: 1, day: 5) + .days(Int64(n)) }

/// `perDay` events at noon of each of these days.
func events(on days: some Sequence<Int>, perDay: Int = 1, type: String = "click") -> [TestEvent] {
  days.flatMap { d in
    (0..<perDay).map { TestEvent(time: day(d) + .hours(12) + .minutes(Int64($0)), type: type) }
  }
}
