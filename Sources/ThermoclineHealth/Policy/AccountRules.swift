package import ThermoclineCore

/// The account was active on nearly every such weekday and has stopped. The rule is called `sudden_stop`.
package struct SuddenStopRule: Sendable, Equatable {
  /// Whole days without an event below which nothing is said, 1…14.
  package var daysMin: Int
  /// Weeks of history below which it is "not enough data", 4…8.
  package var weeksMin: Int
  /// Days off come in runs (holidays of a small team): n of them are worth n ÷ this many; ≥ 1.
  package var runLength: Double
  /// This rule's part of the budget relative to the other rules; > 0.
  package var share: Double

  package init(
    daysMin: Int = 3, weeksMin: Int = 5, runLength: Double = 1.5, share: Double = 1
  ) {
    self.daysMin = daysMin
    self.weeksMin = weeksMin
    self.runLength = runLength
    self.share = share
  }
}

/// The score has gone down week after week, no single week having most of it. A fact and no test: no part
/// of the budget. The rule is called `slow_decline`.
package struct SlowDeclineRule: Sendable, Equatable {
  /// Points lost over the weeks, 1…100.
  package var pointsMin: Double
  /// How far back it looks, 4…`PolicyLimits.declineWeeksMax`.
  package var weeks: Int

  package init(pointsMin: Double = 12, weeks: Int = 8) {
    self.pointsMin = pointsMin
    self.weeks = weeks
  }
}

/// The score stands in another band, or the account in another quadrant, than it is used to, and in a worse
/// one. A fact and no test. The rules are called `band_change` and `quadrant_change`.
package struct ChangeRule: Sendable, Equatable {
  /// What an account had for so many days in a row is what it is used to, 2…90 days; after as many days in
  /// the new place that is the usual one, and the alert ends.
  package var settled: TimeSpan

  package init(settled: TimeSpan = .days(28)) { self.settled = settled }
}

/// The contract ends soon, and the score is lower, today and on the last Sunday, than on each of the four Sundays from
/// four to seven weeks back. The rule is called `renewal_at_risk`; how near is near says `renewal_near`.
package struct RenewalRule: Sendable, Equatable {
  /// Points lost since the worst of those, 1…100.
  package var pointsMin: Double

  package init(pointsMin: Double = 10) { self.pointsMin = pointsMin }
}

/// A payment failed while the score is in the highest band: score and money contradict each other. The rule
/// is called `payment_failed_while_healthy`.
package struct PaymentRule: Sendable, Equatable {
  /// Types whose events are failed payments.
  package var types: [String]
  /// How long a failed payment is news, a whole number of days up to 28.
  package var window: TimeSpan

  package init(types: [String] = ["payment_failed"], window: TimeSpan = .days(7)) {
    self.types = types
    self.window = window
  }
}
