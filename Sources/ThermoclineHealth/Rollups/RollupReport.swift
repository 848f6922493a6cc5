package import ThermoclineCore

/// The figures of all segments at a midnight, in the order of their names.
package struct RollupReport: Sendable {
  package var at: EventTime
  package var rollups: [HealthRollup]
  /// Segments of the midnight before that have no account any more.
  package var ceased: [String]
}
