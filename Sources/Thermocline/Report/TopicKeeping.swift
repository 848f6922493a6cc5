package import ThermoclineCore

/// What a topic's settings say of the records that it once had.
package enum TopicKeeping: Sendable, Equatable {
  /// None is taken out of the middle.
  case all
  /// A record may go when a newer one of its key is there and it is older than this.
  case newest(after: TimeSpan)
  /// The brokers do not say.
  case unknown

  /// By the broker's names; nil = they were not told.
  package init(_ settings: [String: String]?) {
    guard let policy = settings?["cleanup.policy"] else {
      self = .unknown
      return
    }
    guard policy.split(separator: ",").contains("compact") else {
      self = .all
      return
    }
    let lag = settings?["min.compaction.lag.ms"].flatMap(Int64.init) ?? 0
    self = .newest(
      after: TimeSpan(milliseconds: min(max(lag, 0), TimeSpan.days(36_525).milliseconds)))
  }

  /// Whether a newer record of its key may have taken the place of records that were written then.
  func mayLackNeighbours(writtenMilliseconds: Int64?, now: EventTime) -> Bool {
    switch self {
    case .all, .unknown: return false
    case .newest(let span):
      guard let writtenMilliseconds else { return true }
      return EventTime(milliseconds: writtenMilliseconds) < now - span
    }
  }
}
