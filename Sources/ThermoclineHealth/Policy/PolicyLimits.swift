package import ThermoclineCore

/// The maxima of a policy. What is kept for every account follows from them.
package enum PolicyLimits {
  /// How far back windows may reach, shift included.
  package static let history = TimeSpan.days(63)
  package static let measuresMax = 64
  package static let dimensionsMax = 16
  package static let bandsMax = 8
  package static let quantitiesMax = 96
  package static let controlPointsMax = 16
  package static let typesMax = 64
  /// Different features that the measures of one policy may name.
  package static let featuresMax = 64
  package static let dropRulesMax = 8
  /// Weeks a slow decline is looked for.
  package static let declineWeeksMax = 8
  package static let overridesMax = 32
  /// Different tiers, industries, or stages that the overrides of one policy name.
  package static let segmentWordsMax = 32
  /// Different combinations of overrides that accounts can have.
  package static let variantsMax = 64
  /// Bytes of a measure's label in UTF-8.
  package static let labelBytesMax = 64
  /// Weeks of a baseline; with the current one they fill the history.
  package static let baselineWeeksMax = 8
  package static let trendScoresMax = 28
  /// Accounts that a peer group may be asked to have.
  package static let peersMinMax = 1_000_000
  /// Days from one score to the one it is compared with.
  package static let weekDays = 7
  /// Bytes of any name in UTF-8.
  package static let nameBytesMax = 64
  /// Different slides in one policy; each costs its own panes for every account.
  package static let slidesMax = 2
}
