package import ThermoclineCore

/// What a simulated population is made from. The same settings make the same bytes on every
/// machine.
package struct PopulationSettings: Sendable, Equatable {
  /// Any number; another seed is another population of the same kind.
  package var seed: UInt64 = 7
  /// Number of accounts, `accountsRange`.
  package var accounts = 200
  /// Length in days, `daysRange`.
  package var days = 120
  /// A Monday, midnight UTC, inside the range of accepted event times.
  package var start = EventTime(year: 2025, month: 9, day: 1)
  /// Expected number of events if nothing went wrong; all accounts' volumes are scaled to it. The
  /// incidents take 5 to 20 % away.
  package var eventsTarget = 340_000

  package init() {}

  /// Below 30 accounts the stationary ones would no longer be the majority.
  package static let accountsRange = 30...20_000
  /// 84 days: six weeks of history, the longest incident of four weeks, two weeks after it.
  package static let daysRange = 84...1_095
  package static let eventsRange = 1_000...2_000_000_000

  /// Midnight after the last day.
  package var end: EventTime { start + .days(Int64(days)) }

  /// Throws for the first setting that is out of its range.
  package func validate() throws(PopulationSettingsError) {
    guard Self.accountsRange.contains(accounts) else {
      throw .outOfRange(name: "accounts", value: accounts, allowed: Self.accountsRange)
    }
    guard Self.daysRange.contains(days) else {
      throw .outOfRange(name: "days", value: days, allowed: Self.daysRange)
    }
    guard Self.eventsRange.contains(eventsTarget) else {
      throw .outOfRange(name: "eventsTarget", value: eventsTarget, allowed: Self.eventsRange)
    }
    guard start >= Limits.eventTimeMin, start < EventTime(year: 2100, month: 1, day: 1) else {
      throw .startOutOfRange(start)
    }
    // 1970-01-05 was a Monday.
    let sinceMonday = start - EventTime(year: 1970, month: 1, day: 5)
    guard sinceMonday.milliseconds % TimeSpan.days(7).milliseconds == 0 else {
      throw .startNotMonday(start)
    }
  }
}
