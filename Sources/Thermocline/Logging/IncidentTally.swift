/// Keeps what repeats itself from flooding the log: the first of a kind is said at once, those after it are counted and
/// said at longer and longer intervals, and when they stop, that too. Reads no clock: the caller passes monotonic
/// nanoseconds.
struct IncidentTally {
  /// What is to be said now.
  enum Line: Equatable {
    /// It happened for the first time, or for the first time after it was over.
    case begins(kind: String, text: String)
    /// It goes on: so many since the last line, and the last of them.
    case goesOn(kind: String, count: Int, text: String)
    /// It has not happened for a while: so many in all, over so many seconds.
    case isOver(kind: String, count: Int, seconds: Int)
  }

  private struct Incident {
    var began: UInt64
    var last: UInt64
    var said: UInt64
    var interval: UInt64
    var count = 1
    var unsaid = 0
    var text: String
  }

  /// After so long without another it is over.
  static let overNanoseconds: UInt64 = 60_000_000_000
  /// The first and the longest interval between two lines of an incident; each is twice the one before.
  static let intervalMin: UInt64 = 60_000_000_000
  static let intervalMax: UInt64 = 3_600_000_000_000
  /// Kinds told apart; further ones share one.
  static let kindsMax = 32
  private static let others = "other"

  private var incidents: [String: Incident] = [:]

  init() {}

  /// Something happened. nil = there is nothing to say now.
  mutating func note(_ kind: String, _ text: String, now: UInt64) -> Line? {
    let kind = incidents[kind] == nil && incidents.count >= Self.kindsMax ? Self.others : kind
    guard var incident = incidents[kind] else {
      incidents[kind] = Incident(
        began: now, last: now, said: now, interval: Self.intervalMin, text: text)
      return .begins(kind: kind, text: text)
    }
    defer { incidents[kind] = incident }
    incident.last = now
    incident.count += 1
    incident.unsaid += 1
    incident.text = text
    guard now - incident.said >= incident.interval else { return nil }
    defer {
      incident.said = now
      incident.unsaid = 0
      incident.interval = min(incident.interval * 2, Self.intervalMax)
    }
    return .goesOn(kind: kind, count: incident.unsaid, text: text)
  }

  /// What is over by now; to be asked now and then. What happened once and never again needs no second line.
  mutating func sweep(now: UInt64) -> [Line] {
    let over = incidents.filter { now &- $0.value.last >= Self.overNanoseconds }
    for kind in over.keys { incidents[kind] = nil }
    return over.sorted { $0.key < $1.key }.compactMap { kind, incident in
      guard incident.count > 1 else { return nil }
      let seconds = Int((incident.last - incident.began) / 1_000_000_000)
      return .isOver(kind: kind, count: incident.count, seconds: seconds)
    }
  }
}
