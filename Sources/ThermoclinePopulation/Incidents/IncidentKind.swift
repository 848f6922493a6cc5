/// The kinds of incident of a simulated population.
package enum IncidentKind: String, Sendable, CaseIterable {
  /// The account sends nothing any more.
  case suddenStop = "sudden_stop"
  /// The customer's own traffic falls, and everything with it in proportion.
  case businessShrank = "business_shrank"
  /// Traffic holds, bot calls fall.
  case turnedAway = "turned_away"
  /// All activity falls evenly over weeks and stays low.
  case slowDecline = "slow_decline"
  /// The most used feature is not used any more.
  case featureAbandoned = "feature_abandoned"
  /// The most active user disappears and nobody takes over.
  case contactSilent = "key_contact_silent"
  /// The most active user disappears and a new one takes over all of it.
  case contactChanged = "key_contact_changed"
  /// A few weak days that recover by themselves.
  case shortDip = "short_dip"
  /// All accounts at half for a week.
  case holiday
  /// Events are lost on their way: of all types or of one.
  case trackingOutage = "tracking_outage"
  /// The account's first event lies inside the run.
  case newAccount = "new_account"
  /// One day with several times the usual activity.
  case burst

  /// What a good detector does about it.
  package enum Verdict: Sendable {
    /// An alert on the account is right.
    case alert
    /// An alert is excusable if it ends soon.
    case excuse
    /// An alert on the account is false.
    case quiet
  }

  package var verdict: Verdict {
    switch self {
    case .suddenStop, .businessShrank, .turnedAway, .slowDecline, .featureAbandoned, .contactSilent,
      .contactChanged:
      .alert
    case .shortDip: .excuse
    case .holiday, .trackingOutage, .newAccount, .burst: .quiet
    }
  }
}
