/// What a person says of an account's health, for a time: shown beside the computed score, which goes on.
public struct ScoreOverride: Sendable, Equatable {
  /// At least one of score and band is there.
  public var score: Points?
  public var band: String?
  public var reason: String
  public var author: String
  /// It holds from this event time on; nil = from the beginning.
  public var from: EventTime?
  /// It holds for scores before this event time.
  public var expires: EventTime

  public init(
    score: Points? = nil, band: String? = nil, reason: String, author: String,
    from: EventTime? = nil, expires: EventTime
  ) {
    self.score = score
    self.band = band
    self.reason = reason
    self.author = author
    self.from = from
    self.expires = expires
  }

  /// Whether it holds for a score of this time.
  public func holds(at time: EventTime) -> Bool {
    time < expires && from.map { $0 <= time } != false
  }
}
