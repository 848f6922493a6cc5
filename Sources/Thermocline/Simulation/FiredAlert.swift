package import ThermoclineCore

/// An alert that began to fire, as a simulated policy would have published it.
package struct FiredAlert: Sendable, Equatable {
  package var account: String
  package var rule: String
  package var at: EventTime
  package var severity: Severity
  package var tier: String
  package var industry: String
  package var stage: String
  package var summary: String

  /// The Monday of its week; the midnight at which it fires tells of the day before.
  package var week: EventTime {
    let day = at.dayNumber - 1
    return EventTime(dayNumber: day - ((day + 3) % 7 + 7) % 7)
  }
}
