/// The days on which one account had events, counted straight from the input: what the plain
/// baselines are worked out of, without windows, watermarks or policies.
package struct ActivityHistory: Sendable {
  /// Days since 1970, UTC, ascending, and the events on each.
  private var days: [Int32] = []
  private var counts: [Int32] = []

  package init() {}

  /// Counts an event on a day (since 1970, UTC). Cheap when days come nearly in order.
  package mutating func add(day: Int) {
    let day = Int32(clamping: day)
    var place = days.count
    while place > 0, days[place - 1] > day { place -= 1 }
    if place > 0, days[place - 1] == day {
      counts[place - 1] += 1
    } else {
      days.insert(day, at: place)
      counts.insert(1, at: place)
    }
  }

  /// Day of the first event; nil without any.
  package var firstDay: Int? { days.first.map(Int.init) }
  package var lastDay: Int? { days.last.map(Int.init) }

  /// What is known strictly before a day begins; nil without an event before it.
  package func facts(before day: Int) -> ActivityFacts? {
    let end = place(of: day)
    guard end > 0 else { return nil }
    let (week, month, before) = (place(of: day - 7), place(of: day - 28), place(of: day - 35))
    let lastWeek = counts[week..<end].reduce(0) { $0 + Int($1) }
    let fourWeeks = counts[before..<week].reduce(0) { $0 + Int($1) }
    return ActivityFacts(
      daysSinceLastEvent: day - Int(days[end - 1]), activeDays: end - month,
      weekRatio: Double(lastWeek + 1) / (Double(fourWeeks) / 4 + 1))
  }

  /// Number of active days before `day`.
  private func place(of day: Int) -> Int {
    var (low, high) = (0, days.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(days[middle]) < day { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// The plain numbers a score has to beat.
package struct ActivityFacts: Sendable, Equatable {
  /// Whole days from the day of the last event, ≥ 1.
  package var daysSinceLastEvent: Int
  /// Of the last 28, 0…28.
  package var activeDays: Int
  /// (events of the last 7 days + 1) ÷ (weekly mean of the 28 days before + 1).
  package var weekRatio: Double
}
