/// Everything a backtest found, for whoever shows it.
package struct BacktestReport: Sendable {
  /// Named orders of the cases: the policies first, then the plain baselines.
  package var scorers: [String]
  /// How many of the scorers are policies: 1 or 2.
  package var policies: Int
  package var accounts: Int
  /// Accounts that left and were at risk at a cut-off.
  package var churners: Int
  package var cases: Int
  /// Cases left out because a policy had no score for them.
  package var unscored: Int
  package var bootstrap: Int
  package var seed: UInt64
  package var plan: BacktestPlan
  package var horizons: [HorizonFigures] = []
  /// One list for each policy, of the first horizon.
  package var bands: [[BandFigures]] = []
  /// Cases by band of the first policy and band of the second; empty without a second.
  package var bandsAcross: [[CrossFigures]] = []
  package var bandNames: [[String]] = []
  package var notGreen: [[NotGreenFigures]] = []
  package var calibration: [CalibrationFigures] = []
  package var segments: [SegmentFigures] = []
  package var alerts: [[AlertFigures]] = []
  /// Corners of the ROC curve of every scorer, first horizon.
  package var curves: [[(others: Double, churners: Double)]] = []
}

/// How well each scorer orders the cases of one horizon.
package struct HorizonFigures: Sendable {
  /// Days.
  package var horizon: Int
  package var cases: Int
  package var churners: Int
  /// One for each scorer.
  package var areas: [Estimate]
  package var precisions: [Estimate]
  /// First policy − each other scorer, on the same draws; the first is zero.
  package var areaGains: [Estimate]
  package var precisionGains: [Estimate]
  /// Share of churners among the cases.
  package var baseRate: Double { Double(churners) / Double(max(cases, 1)) }
}

/// What became of the cases in one band.
package struct BandFigures: Sendable {
  package var band: String
  package var cases: Int
  package var churners: Int
  /// Share of churners in the band.
  package var rate: Estimate
  /// The same ÷ the share among all cases.
  package var lift: Estimate
  /// Share of all churners that are in the band.
  package var recall: Estimate
}

/// Cases that one policy has in one band and the other in another.
package struct CrossFigures: Sendable, Equatable {
  package var cases: Int
  package var churners: Int
}

/// Accounts that left, some days before they did.
package struct NotGreenFigures: Sendable {
  package var daysBefore: Int
  /// Those that had a band then.
  package var accounts: Int
  /// Share of them that were not in the best band.
  package var share: Estimate
  /// The same share among all cases: what chance would give.
  package var everyone: Estimate
}

/// Whether scores mean what they say.
package struct CalibrationFigures: Sendable {
  /// Tenths of the cases by score, lowest first.
  package var groups: [Group]
  /// Mean squared error of the chance of leaving that a logistic curve of the score gives, fitted
  /// without the account it is used on.
  package var brier: Estimate
  /// The same of saying the base rate of everybody.
  package var brierOfBaseRate: Estimate
  /// 1 − the first ÷ the second.
  package var skill: Estimate

  package struct Group: Sendable {
    package var cases: Int
    package var churners: Int
    package var scoreMean: Double
    /// Mean of the held-out chances.
    package var expectedRate: Double
    package var rate: Estimate
  }
}

/// One tier or industry, first horizon.
package struct SegmentFigures: Sendable {
  /// `tier`, `industry` or `stage`.
  package var kind: String
  package var name: String
  package var cases: Int
  package var churners: Int
  /// One for each scorer.
  package var areas: [Estimate]
  /// One for each policy: the share that leaves in the lowest band ÷ the share among all of the segment.
  package var lifts: [Estimate]
  /// One for each policy: the share of those who leave that are not in the best band.
  package var notGreen: [Estimate]
  /// One for each policy: the share that leaves as its calibration curve expects it.
  package var expectedRates: [Double]
}

/// Alerts against those who left.
package struct AlertFigures: Sendable {
  /// `all`, or a rule.
  package var rule: String
  /// Days after the alert in which leaving proves it right.
  package var horizon: Int
  /// Alerts that began while the account was at risk, their outcome being known.
  package var alerts: Int
  package var precision: Estimate
  /// Share of cases whose account left in the horizon: precision of alerts at random.
  package var baseRate: Double
  /// Accounts that left, and the share of them with an alert in the horizon before.
  package var churners: Int
  package var recall: Estimate
  /// Median days from the first alert of that time to the day it left; NaN without any.
  package var leadDays: Double
}
