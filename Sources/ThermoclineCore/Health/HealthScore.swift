/// A score in ten-thousandths of a point, 0…1,000,000 for a score of 0…100. Scores, contributions and
/// changes are whole numbers of this unit, so that contributions add up to the score exactly, in the
/// published decimals too, and not only to floating-point rounding.
@frozen public struct Points: Hashable, Comparable, Sendable, BitwiseCopyable, AdditiveArithmetic {
  public var tenThousandths: Int64

  @inlinable public init(tenThousandths: Int64) { self.tenThousandths = tenThousandths }
  /// The nearest whole ten-thousandth, ties to even. `points` is finite.
  public init(_ points: Double) {
    tenThousandths = Int64((points * 10_000).rounded(.toNearestOrEven))
  }
  @inlinable public var value: Double { Double(tenThousandths) / 10_000 }
  public static let zero = Points(tenThousandths: 0)
  @inlinable public static func < (a: Points, b: Points) -> Bool {
    a.tenThousandths < b.tenThousandths
  }
  @inlinable public static func + (a: Points, b: Points) -> Points {
    Points(tenThousandths: a.tenThousandths + b.tenThousandths)
  }
  @inlinable public static func - (a: Points, b: Points) -> Points {
    Points(tenThousandths: a.tenThousandths - b.tenThousandths)
  }
}

@frozen public enum Quadrant: String, Sendable, CaseIterable, BitwiseCopyable {
  /// High commitment, high temperature.
  case redCarpet = "red_carpet"
  /// High commitment, low temperature.
  case convert
  /// Low commitment, low temperature.
  case nurture
  /// Low commitment, high temperature.
  case costly
}

/// One measure of one account, as a score shows it.
public struct MeasureReading: Sendable, Equatable {
  public var name: String
  public var dimension: String
  /// nil = absent: no data, which is not zero. Its weight goes to the measures that are present.
  public var value: Double?
  /// What the account's own past (or the policy's target) lets expect; nil where there is none.
  public var expected: Double?
  /// 0…100.
  public var subscore: Points?
  /// Share of the score's weight after absent weight was redistributed, 0…1; 0 when absent.
  public var weight: Double
  /// Points this measure adds to the score.
  public var contribution: Points
  /// Points this measure added to the change since the previous final score; equals the contribution
  /// when there is none before.
  public var change: Points
  /// Whom it was judged against; nil for a measure that is not judged against peers.
  public var peers: PeerReading?

  public init(
    name: String, dimension: String, value: Double?, expected: Double?, subscore: Points?,
    weight: Double, contribution: Points, change: Points
  ) {
    self.name = name
    self.dimension = dimension
    self.value = value
    self.expected = expected
    self.subscore = subscore
    self.weight = weight
    self.contribution = contribution
    self.change = change
  }
}

/// The peers a measure was judged against.
public struct PeerReading: Sendable, Equatable {
  /// What they have in common: `industry=bank,tier=mid`; `portfolio` = all accounts.
  public var group: String
  /// Accounts of the group that have the measure.
  public var accounts: Int
  /// Share of them below this account's value, and half of those like it, 0…100.
  public var percentile: Double
  /// Partitions that stood still and are counted with the last day they told.
  public var standIns: Int

  public init(group: String, accounts: Int, percentile: Double, standIns: Int = 0) {
    self.group = group
    self.accounts = accounts
    self.percentile = percentile
    self.standIns = standIns
  }
}

/// A named part of the score, or nil where nothing of it is present.
public struct NamedPoints: Sendable, Equatable {
  public var name: String
  public var points: Points?

  public init(name: String, points: Points?) {
    self.name = name
    self.points = points
  }
}

/// The health of one account at one tick, with its explanation.
/// `score` = Σ `measures[].contribution`; `score − previous final score` = Σ `measures[].change`.
public struct HealthScore: Sendable, Equatable {
  public var account: String
  /// End of the windows it is computed over, exclusive.
  public var at: EventTime
  /// False while the windows are still filling: an early reading, replaced by the final one at the tick.
  public var isFinal: Bool
  /// `name@version` of the policy.
  public var policy: String
  /// The conditions of the policy's overrides that hold for the account, `tier=enterprise`; empty for none.
  public var variant: String
  /// nil when the coverage is below the policy's minimum.
  public var score: Points?
  public var band: String?
  /// Points a day, least squares over the last final scores; nil with fewer than two.
  public var trend: Double?
  /// Score now minus the previous final score; nil when either is missing.
  public var change: Points?
  /// Score now minus the last final score of the day seven days before; nil when either is missing.
  public var weekChange: Points?
  /// Share of the policy's weight that had data, 0…1. The rest went to the measures that are present.
  public var coverage: Double
  /// How much stands behind the score, 0…1: coverage × e ÷ (e + 7), e being the days on which the account was active in the
  /// last 63 and the whole days of silence since.
  public var confidence: Double
  public var quadrant: Quadrant?
  public var commitment: Points?
  public var temperature: Points?
  public var dimensions: [NamedPoints]
  public var measures: [MeasureReading]
  public var tier: String
  public var stage: String
  public var revenue: Double
  /// What a person says of it, while that holds. The score is computed all the same.
  public var override: ScoreOverride?
  /// One sentence for a person.
  public var summary: String

  public init(account: String, at: EventTime, isFinal: Bool, policy: String) {
    self.account = account
    self.at = at
    self.isFinal = isFinal
    self.policy = policy
    variant = ""
    score = nil
    band = nil
    trend = nil
    change = nil
    weekChange = nil
    coverage = 0
    confidence = 0
    quadrant = nil
    commitment = nil
    temperature = nil
    dimensions = []
    measures = []
    tier = ""
    stage = ""
    revenue = 0
    override = nil
    summary = ""
  }
}
