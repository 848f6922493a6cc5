package import ThermoclineCore
package import ThermoclineDashboard

/// Where reports take their figures from: the files of a replay or the topics of a job. What one key has comes in the
/// order of time, except that a topic may say something twice.
package protocol ReportSource {
  /// What holds the figures of a kind, as messages name it: `out/usage.ndjson`.
  func place(of kind: FeedRecord.Kind) -> String
  /// What helps when that is empty.
  func remedy(forEmpty kind: FeedRecord.Kind) -> String

  /// An account's newest score comes last; nil = the account is forgotten.
  func scores(
    _ body: (_ account: String, HealthScore?) -> Void
  ) throws(JobFailure) -> ReportExtent
  /// Final scores that moved.
  func changes(_ body: (HealthScore) -> Void) throws(JobFailure) -> ReportExtent
  /// State changes of alerts.
  func alerts(_ body: (HealthAlert) -> Void) throws(JobFailure) -> ReportExtent
  /// The midnights' figures of segments.
  func rollups(_ body: (HealthRollup) -> Void) throws(JobFailure) -> ReportExtent
  /// What accounts use.
  func usage(_ body: (AccountUsage) -> Void) throws(JobFailure) -> ReportExtent
}
