internal import ThermoclineCore

/// What a score needs to know of the account's final scores before. Plain numbers, made to be
/// stored.
package struct ScoreMemory: Sendable, Equatable {
  /// Ten-thousandths of a point each measure contributed to the last final score, in the policy's
  /// order; empty when that gave no score or there was none.
  package var contributions: [Int32]
  /// Place of the last band in the policy, from the lowest; nil before the first.
  package var band: UInt8?
  /// The last side of each axis; nil before the first.
  package var isCommitmentHigh: Bool?
  package var isTemperatureHigh: Bool?
  /// The last final score of each of the last days that had one, oldest first; at most
  /// `Policy.trendScores`.
  package var daily: [DailyScore]

  package init(
    contributions: [Int32] = [], band: UInt8? = nil, isCommitmentHigh: Bool? = nil,
    isTemperatureHigh: Bool? = nil, daily: [DailyScore] = []
  ) {
    self.contributions = contributions
    self.band = band
    self.isCommitmentHigh = isCommitmentHigh
    self.isTemperatureHigh = isTemperatureHigh
    self.daily = daily
  }
}

/// The final score of one day.
package struct DailyScore: Sendable, Equatable, BitwiseCopyable {
  /// Days since 1970-01-01 that were over when the score was final.
  package var day: Int32
  /// Ten-thousandths of a point.
  package var score: Int32

  package init(day: Int32, score: Int32) {
    self.day = day
    self.score = score
  }
}
