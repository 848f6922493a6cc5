import ThermoclineCore

/// How far a partition's outputs were said, by event time. Committed beside its position, for neither is a function of it:
/// a batch may be half applied, and a day waits for other partitions while input goes on.
///
/// With the position that makes three places, each in the terms of what it tells of:
/// - refused input is said with the position that passes it;
/// - what ticks say, scores and their history, with `ticks`;
/// - what days come to, alerts and roll-ups, with `days`.
package struct SaidTimes: Sendable, Equatable {
  /// All of the ticks up to this time was said; `distantPast` = nothing.
  package var ticks: EventTime
  /// All that the days up to the one that ended at this time came to was said; `distantPast` = nothing.
  package var days: EventTime

  package init(ticks: EventTime = .distantPast, days: EventTime = .distantPast) {
    self.ticks = ticks
    self.days = days
  }
}
