package import ThermoclineCore

/// How far what was read of a source goes back, and what its reader should know of it.
package struct ReportExtent: Sendable, Equatable {
  /// What was so before it cannot be told: records are gone. From it on all are there.
  package var wholeFrom = EventTime.distantPast
  /// A sentence each.
  package var notes: [String] = []

  package init() {}
}
