/// Somebody the account's use rests on is gone while the account goes on: a key contact of the profile, or a user who held
/// a large share of the events. Two rules: `key_contact_silent`, and `key_contact_changed` where another user took over.
package struct KeyContactRule: Sendable, Equatable {
  /// Share of the account's events from which on a user counts as a key contact although no profile says so, 0.1…1.
  package var shareMin: Double
  /// Whole days without an event of the user below which nothing is said, 2…21: longer than a week off.
  package var daysMin: Int
  /// Days with an event of the user, of the last 28 or fewer, that must be known from before, 2…20.
  package var activeDaysMin: Int
  /// Users come and stay away in runs: n of the account's active days without the user are worth n ÷ this many; ≥ 1.
  package var runLength: Double
  /// Part of the events a day that the rest of the account must have kept for it to count as going on, 0…1.
  package var goesOnMin: Double
  /// Part of the user's events a day by which another user must have risen to count as a successor, 0.1…1.
  package var takeover: Double
  /// This rule's part of the budget relative to the other rules; > 0.
  package var share: Double

  package init(
    shareMin: Double = 0.3, daysMin: Int = 10, activeDaysMin: Int = 5, runLength: Double = 1.5,
    goesOnMin: Double = 0.5, takeover: Double = 0.5, share: Double = 1
  ) {
    self.shareMin = shareMin
    self.daysMin = daysMin
    self.activeDaysMin = activeDaysMin
    self.runLength = runLength
    self.goesOnMin = goesOnMin
    self.takeover = takeover
    self.share = share
  }
}

/// A feature that held a good part of the use is not used any more, and no other took its place, while the account goes
/// on. An event without a feature counts by its type. The rule is called `feature_abandoned`.
package struct FeatureRule: Sendable, Equatable {
  /// Share of the account's events from which on a feature is looked at, 0.05…1.
  package var shareMin: Double
  /// Whole days without an event of the feature below which nothing is said, 2…21.
  package var daysMin: Int
  /// Days with one, of the last 28 or fewer, that must be known from before, 2…20.
  package var activeDaysMin: Int
  /// Work comes in runs: n of the account's active days without the feature are worth n ÷ this many; ≥ 1.
  package var runLength: Double
  /// Part of the other events a day that must have been kept for the account to count as going on, 0…1.
  package var goesOnMin: Double
  /// Part of the feature's events a day by which another must have risen to count as its successor, 0.1…1.
  package var takeover: Double
  /// This rule's part of the budget relative to the other rules; > 0.
  package var share: Double

  package init(
    shareMin: Double = 0.05, daysMin: Int = 7, activeDaysMin: Int = 6, runLength: Double = 1.5,
    goesOnMin: Double = 0.5, takeover: Double = 0.5, share: Double = 1
  ) {
    self.shareMin = shareMin
    self.daysMin = daysMin
    self.activeDaysMin = activeDaysMin
    self.runLength = runLength
    self.goesOnMin = goesOnMin
    self.takeover = takeover
    self.share = share
  }
}

/// One user holds nearly all of an account's events, week after week, although there are others. A standing risk, not a
/// fall: no test and no part of the budget. The rule is called `single_user_dependence`.
package struct SingleUserRule: Sendable, Equatable {
  /// Share of the events of every week, above 0.5 to 1.
  package var shareMin: Double
  /// The user's share of the last week below which a firing alert recovers; 0.5 to below `shareMin`.
  package var clearLevel: Double
  /// Weeks in a row, 1…4.
  package var weeks: Int
  /// Events of a week with a user below which nothing is said, ≥ 1.
  package var volumeMin: Double

  package init(
    shareMin: Double = 0.8, clearLevel: Double = 0.7, weeks: Int = 4, volumeMin: Double = 20
  ) {
    self.shareMin = shareMin
    self.clearLevel = clearLevel
    self.weeks = weeks
    self.volumeMin = volumeMin
  }
}
