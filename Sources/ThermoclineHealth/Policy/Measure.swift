package import ThermoclineCore
package import ThermoclineWindows

/// A named number of one account and how it becomes a sub-score of 0…100.
package struct Measure: Sendable, Equatable {
  package var name: String
  package var kind: MeasureKind
  /// Which events it looks at.
  package var filter: EventFilter
  /// A multiple of `slide`, at most `PolicyLimits.history`.
  package var window: TimeSpan
  package var slide: TimeSpan
  /// Time after which an event counts half: for a count or sum in which the recent past weighs more. nil = every event
  /// of the window counts whole.
  package var halfLife: TimeSpan?
  package var direction: Direction
  package var normalisation: Normalisation
  /// What it counts as without data.
  package var missing: MissingRule
  /// Weight within its dimension and axis, ≥ 0. 0 = shown, or used by a rule or ratio, without a
  /// say.
  package var weight: Double
  /// Weight within its axis where that is another one, ≥ 0; nil = `weight`.
  package var axisWeight: Double?
  /// nil = no part of the score.
  package var dimension: String?
  /// nil = no part of an axis.
  package var axis: Axis?
  /// What sentences for people call it; nil = its name, with spaces.
  package var label: String?

  package init(
    _ name: String, _ kind: MeasureKind, of filter: EventFilter = .any,
    window: TimeSpan = .days(28), slide: TimeSpan = .days(1),
    direction: Direction = .higherIsBetter, normalisation: Normalisation, weight: Double,
    axisWeight: Double? = nil, dimension: String? = nil, axis: Axis? = nil,
    halfLife: TimeSpan? = nil, missing: MissingRule = .absent, label: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.filter = filter
    self.window = window
    self.slide = slide
    self.direction = direction
    self.normalisation = normalisation
    self.missing = missing
    self.weight = weight
    self.axisWeight = axisWeight
    self.dimension = dimension
    self.axis = axis
    self.halfLife = halfLife
    self.label = label
  }
}

/// What is made of the events in the window.
package enum MeasureKind: Sendable, Equatable {
  /// Number of events. Absent when none of the filter's types occurred in the whole history.
  case count
  /// Sum of values. Absent like `count`.
  case sum
  /// Sum of values ÷ number of events. Absent without an event in the window.
  case mean
  /// Value of the newest event. Absent without an event in the window, which is how long it is held to be true.
  case last
  /// Number of slides of the window with an event (days, with a slide of a day). Absent like
  /// `count`.
  case activeDays
  /// Number of different users. Absent when no event of the whole history that the filter takes named a user; with
  /// `MissingRule.one`, when events of the window name none.
  case distinctUsers
  /// Number of different features. Absent like `count`.
  case distinctFeatures
  /// Days since the newest event of any type. Absent for an account that never had one.
  case recency
  /// One measure ÷ another. Absent when either is, or the second is zero.
  case ratio(of: String, to: String)
  /// Licensed users of the profile. Absent when not known.
  case seats
  /// Mean daily users of the window ÷ different users of the last 28 days. Absent without a user.
  case stickiness
  /// Share of the filter's events that are of these types, 0…1. Absent without an event in the
  /// window.
  case share(of: [String])
  /// Share of the filter's events that are of these features, 0…1. Absent without an event in the window.
  case featureShare(of: [String])
}

/// Which way is good.
package enum Direction: String, Sendable, CaseIterable {
  case higherIsBetter = "higher_is_better"
  case lowerIsBetter = "lower_is_better"
}

/// The two axes of the quadrants.
package enum Axis: String, Sendable, CaseIterable { case commitment, temperature }

/// How a value becomes a sub-score.
package enum Normalisation: Sendable, Equatable {
  /// Control points on the value itself. A count, sum or number of active days of an account
  /// younger than the window is first brought to the whole window, as if it went on as it began.
  case target(ControlPoints)
  /// Control points on value ÷ expected, the expected value being the median of the same window
  /// 1…`weeks` steps ago; a step is a week, or the window's length in whole weeks if that is
  /// longer, so that weekdays agree and windows don't overlap. Absent with fewer than `weeksMin` of
  /// them within the account's life, and where the expectation is zero but the value is not.
  case baseline(ControlPoints, weeks: Int, weeksMin: Int)
  /// Control points on the percentile, 0…100, of the value among the accounts of the same industry, tier and stage, or of
  /// the next wider group that has at least `accountsMin` of them; as of the last midnight at least a day ago. Young
  /// accounts' values as for `target`. Absent where all accounts together are fewer.
  case peers(ControlPoints, accountsMin: Int)

  /// The control points of either form.
  package var points: ControlPoints {
    get {
      switch self {
      case .target(let points), .baseline(let points, _, _), .peers(let points, _): points
      }
    }
    set {
      switch self {
      case .target: self = .target(newValue)
      case .baseline(_, let weeks, let weeksMin):
        self = .baseline(newValue, weeks: weeks, weeksMin: weeksMin)
      case .peers(_, let least): self = .peers(newValue, accountsMin: least)
      }
    }
  }
}
