/// How the accounts of a segment, or the children of a parent, did at a midnight.
public struct HealthRollup: Sendable, Equatable {
  /// `portfolio`, `industry=bank,tier=mid`, `parent=acme`.
  public var segment: String
  public var at: EventTime
  /// `name@version` of the policy.
  public var policy: String
  public var accounts: Int
  /// Accounts with a score; the others lack the data for one.
  public var scored: Int
  /// Accounts in each band, lowest first.
  public var bands: [NamedCount]
  /// Accounts that a person put in each band, from another one or from none; empty where there is none.
  public var overridden: [NamedCount]
  /// Accounts in each band as people see them: in the one a person says, or else in the computed one; empty where these are
  /// `bands`.
  public var effectiveBands: [NamedCount]
  public var quadrants: [NamedCount]
  /// Of the scores, points; nil without one. Quantiles to within 0.5 % of themselves.
  public var mean: Points?
  public var p10: Points?
  public var p50: Points?
  public var p90: Points?
  /// Recurring revenue a month, and that of the accounts in the lowest band; hundredths of the currency.
  public var revenue: Int64
  public var revenueAtRisk: Int64
  /// Share of the scored accounts that is in the lowest band, 0…1; nil without one.
  public var redShare: Double?
  /// Its slope, least squares over the policy's `trend_scores` last days, a day; nil with fewer than two.
  public var redTrend: Double?
  /// How the accounts use the product; nil where the policy does not ask, or nobody was there for 91 days.
  public var usage: SegmentUsage?
  /// The parent's score by the policy's rule; nil for other segments.
  public var parent: ParentHealth?

  public init(segment: String, at: EventTime, policy: String) {
    self.segment = segment
    self.at = at
    self.policy = policy
    accounts = 0
    scored = 0
    bands = []
    overridden = []
    effectiveBands = []
    quadrants = []
    revenue = 0
    revenueAtRisk = 0
  }
}

/// How many there are of something.
public struct NamedCount: Sendable, Equatable {
  public var name: String
  public var count: Int

  public init(name: String, count: Int) {
    self.name = name
    self.count = count
  }
}

/// What a parent account's children come to.
public struct ParentHealth: Sendable, Equatable {
  /// `revenue_weighted`, `worst_of` or `own`.
  public var rule: String
  /// nil when nothing has a score.
  public var score: Points?
  public var band: String?

  public init(rule: String, score: Points?, band: String?) {
    self.rule = rule
    self.score = score
    self.band = band
  }
}
