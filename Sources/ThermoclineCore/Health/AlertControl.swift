/// What a person says of an alert: that it was seen, or that nothing is to be heard of it for a time.
public struct AlertControl: Sendable, Equatable {
  public enum Action: String, Sendable, CaseIterable {
    /// Somebody has taken it on: shown with the alert until that ends.
    case acknowledge
    /// Its changes are withheld, but for the end of one that was published.
    case snooze
  }

  public var action: Action
  public var reason: String
  public var author: String
  /// It holds at ticks from this event time on.
  public var from: EventTime
  /// It holds at ticks before this event time; nil = an acknowledgement to the end of its alert.
  public var expires: EventTime?

  public init(
    _ action: Action, reason: String, author: String, from: EventTime, expires: EventTime?
  ) {
    self.action = action
    self.reason = reason
    self.author = author
    self.from = from
    self.expires = expires
  }

  /// Whether it holds at a tick for an alert that began at `since`: nobody acknowledges what is still to come.
  public func holds(at time: EventTime, since: EventTime) -> Bool {
    time >= from && expires.map { time < $0 } != false && (action == .snooze || since <= from)
  }
}
