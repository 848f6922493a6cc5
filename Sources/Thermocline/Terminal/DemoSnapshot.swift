package import ThermoclineCore

/// Everything the demo's screen shows at one moment.
package struct DemoSnapshot: Sendable {
  /// One account.
  package struct Row: Sendable {
    package var account: String
    package var tier: String
    /// 0…100; nil when the coverage is too low.
    package var score: Double?
    package var band: String?
    /// Points a day.
    package var trend: Double?
    /// Earlier scores, oldest first, 0…100; nil where there was none.
    package var history: [Double?]
    package var quadrant: Quadrant?
    package var reason: String

    package init(
      account: String, tier: String, score: Double?, band: String?, trend: Double?,
      history: [Double?], quadrant: Quadrant?, reason: String
    ) {
      self.account = account
      self.tier = tier
      self.score = score
      self.band = band
      self.trend = trend
      self.history = history
      self.quadrant = quadrant
      self.reason = reason
    }
  }

  /// For example `thermocline demo`.
  package var title = "thermocline"
  /// 0…1; nil when the end is not known.
  package var progress: Double?
  package var eventTime: EventTime?
  package var eventsPerSecond = 0.0
  /// How far the newest score is behind the newest event.
  package var lag: TimeSpan?
  /// Accounts in every band, worst first.
  package var bands: [(name: String, accounts: Int)] = []
  /// Most urgent first; what does not fit is left out.
  package var rows: [Row] = []
  /// Newest first.
  package var alerts: [HealthAlert] = []
  package var read = 0
  package var applied = 0
  package var late = 0
  package var refused = 0

  package init() {}
}
