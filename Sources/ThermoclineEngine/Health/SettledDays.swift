import ThermoclineCore

/// What days came to, for partitions that come to them later. Of many the oldest go; but what was settled a moment ago
/// stays whatever its date, for the partitions that told of a day ask one after the other, and all are to hear the same.
struct SettledDays: Sendable {
  private var days: [EventTime: SettledDay] = [:]
  /// Those settled last, in that order.
  private var recent: [EventTime] = []

  /// Days remembered.
  static let daysMax = 400
  /// Twice the days that a partition may have told and not asked for, where some follow others at a distance.
  static let recentMax = 2 * Limits.daysWaitingMax

  /// The last day; `distantPast` without any.
  var last: EventTime { days.keys.max() ?? .distantPast }

  subscript(day: EventTime) -> SettledDay? { days[day] }

  /// Remembers a day that was not there.
  mutating func add(_ settled: SettledDay, on day: EventTime) {
    precondition(days[day] == nil, "a day is settled once")
    days[day] = settled
    recent.append(day)
    if recent.count > Self.recentMax { recent.removeFirst() }
    guard days.count > Self.daysMax else { return }
    if let oldest = days.keys.filter({ !recent.contains($0) }).min() { days[oldest] = nil }
  }
}
