package import ThermoclineCore

/// The alerts seen, and those of the naive rule, held against what really happened.
package struct AlertComparison: Sendable, Equatable {
  /// How long after its end an incident still explains an alert, unless told otherwise.
  package static let graceDefault = TimeSpan.days(8)

  /// The alerts seen.
  package let detector: RuleFigures
  /// What "−20 % week on week" would have made of the same events.
  package let naive: RuleFigures

  /// `alerts` in order of arrival; leave out those that are not about a fall of activity. `counts`
  /// are the true numbers of events, accounts in the order of `truth.accounts`.
  package init(
    alerts: [HealthAlert], truth: GroundTruth, counts: DailyCounts,
    grace: TimeSpan = AlertComparison.graceDefault
  ) {
    detector = RuleFigures(AlertEpisode.episodes(in: alerts), truth, grace: grace)
    naive = RuleFigures(NaiveRule.episodes(counts, truth), truth, grace: grace)
  }
}
