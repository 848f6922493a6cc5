/// What one policy said of the cases: read from the outputs of a replay.
package struct PolicyRun: Sendable {
  /// `name@version`.
  package var policy: String
  /// Names of the bands, worst first.
  package var bands: [String]
  /// Names of the measures whose sub-scores the samples hold, in the policy's order.
  package var measures: [String]
  /// One for each case; nil = no score was there.
  package var samples: [ScoreSample?]
  /// For each account, the band it was in so many days before it left.
  package var looks: [BandLook]
  package var alerts: [AlertStart]

  package init(
    policy: String, bands: [String], measures: [String], samples: [ScoreSample?],
    looks: [BandLook] = [], alerts: [AlertStart] = []
  ) {
    self.policy = policy
    self.bands = bands
    self.measures = measures
    self.samples = samples
    self.looks = looks
    self.alerts = alerts
  }
}

/// The final score that was the newest at a cut-off.
package struct ScoreSample: Sendable, Equatable {
  /// 0…100; nil = too little data for one.
  package var points: Double?
  /// Place among the bands.
  package var band: Int?
  /// 0…100, one for each measure; NaN = absent.
  package var subscores: [Double]
  /// Of the account at that time, by its profile or its contract's dates.
  package var stage: String

  package init(points: Double?, band: Int?, subscores: [Double] = [], stage: String = "") {
    self.points = points
    self.band = band
    self.subscores = subscores
    self.stage = stage
  }
}

/// The band of an account that left, some days before.
package struct BandLook: Sendable, Equatable {
  package var account: Int
  /// Days before the day it left.
  package var daysBefore: Int
  package var band: Int

  package init(account: Int, daysBefore: Int, band: Int) {
    self.account = account
    self.daysBefore = daysBefore
    self.band = band
  }
}

/// An alert began to fire.
package struct AlertStart: Sendable, Equatable {
  package var account: Int
  /// The day (since 1970, UTC) that began when it fired, or in which it fired.
  package var day: Int
  package var rule: String

  package init(account: Int, day: Int, rule: String) {
    self.account = account
    self.day = day
    self.rule = rule
  }
}
