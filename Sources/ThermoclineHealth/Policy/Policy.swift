package import ThermoclineCore

/// What to measure and how to judge it: one typed value, read from a file or compiled in, checked
/// once by `validate()` and then compiled into a `PolicyPlan`.
package struct Policy: Sendable, Equatable {
  package var name: String
  /// ≥ 1; raised whenever a change alters scores.
  package var version: Int
  package var dimensions: [Dimension]
  package var measures: [Measure]
  /// Lowest first; the first begins at 0.
  package var bands: [Band]
  /// Points a score must pass a cut by before the band changes, 0…20.
  package var bandHysteresis: Double
  /// Threshold and dead band of both axes.
  package var axes: AxisRule
  /// Share of the weight that must have data for a score to be given, 0…1.
  package var coverageMin: Double
  /// Final daily scores the trend is fitted to, 2…`PolicyLimits.trendScoresMax`.
  package var trendScores: Int
  package var stages: StageRule
  package var alerts: AlertPolicy
  /// How parents follow from their children in the roll-ups.
  package var parents = ParentRule.revenueWeighted
  /// What to publish of how accounts use the product; nil = nothing.
  package var usage: UsageRule?
  /// What is otherwise for some tiers, industries and stages; later ones win.
  package var overrides: [PolicyOverride]

  package init(
    name: String, version: Int, dimensions: [Dimension], measures: [Measure], bands: [Band],
    bandHysteresis: Double = 2, axes: AxisRule = AxisRule(), coverageMin: Double = 0.3,
    trendScores: Int = 7, stages: StageRule = StageRule(), alerts: AlertPolicy = AlertPolicy(),
    usage: UsageRule? = nil, overrides: [PolicyOverride] = []
  ) {
    self.name = name
    self.version = version
    self.dimensions = dimensions
    self.measures = measures
    self.bands = bands
    self.bandHysteresis = bandHysteresis
    self.axes = axes
    self.coverageMin = coverageMin
    self.trendScores = trendScores
    self.stages = stages
    self.alerts = alerts
    self.usage = usage
    self.overrides = overrides
  }

  /// `name@version`, as every output names the policy.
  package var identifier: String { "\(name)@\(version)" }
}

/// A named part of the score with its weight among the others.
package struct Dimension: Sendable, Equatable {
  package var name: String
  /// ≥ 0; only the proportions matter.
  package var weight: Double

  package init(_ name: String, weight: Double) {
    self.name = name
    self.weight = weight
  }
}

/// A named range of scores: from `from` up to the next band's.
package struct Band: Sendable, Equatable {
  package var name: String
  /// Points, 0…100.
  package var from: Double

  package init(_ name: String, from: Double) {
    self.name = name
    self.from = from
  }
}

/// When an axis counts as high.
package struct AxisRule: Sendable, Equatable, BitwiseCopyable {
  /// Points, 0…100.
  package var threshold: Double
  /// Points on either side of the threshold within which the side is kept, 0…20.
  package var deadBand: Double

  package init(threshold: Double = 50, deadBand: Double = 5) {
    self.threshold = threshold
    self.deadBand = deadBand
  }
}

/// How the stage of an account follows from its age and contract where the profile names none.
package struct StageRule: Sendable, Equatable {
  /// Younger than this since the contract's start, or the first event, is `onboarding`.
  package var onboarding: TimeSpan
  /// Nearer than this to the contract's end is `renewal`.
  package var renewal: TimeSpan

  package init(onboarding: TimeSpan = .days(30), renewal: TimeSpan = .days(60)) {
    self.onboarding = onboarding
    self.renewal = renewal
  }
}
