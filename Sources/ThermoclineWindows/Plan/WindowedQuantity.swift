import ThermoclineCore

/// What is made of the events in a window. Every result is a whole number, so that it does not depend on
/// the order of arrival and a pane that leaves the window can be subtracted exactly.
public enum Aggregate: Hashable, Sendable {
  /// Number of events.
  case count
  /// Sum of values, in millionths.
  case sum
  /// Number of panes (slices of one slide) with at least one event: with a slide of a day, active days.
  case activePanes
  /// Number of different users, exactly. Events without a user do not count.
  case distinctUsers
  /// Number of different features, exactly; an event without a feature counts by its type instead.
  case distinctFeatures
  /// Σ over panes of the pane's number of different users: with a slide of a day, user-days.
  case userPanes
  /// Number of events, in millionths, each pane weighing 2^(−age ÷ half-life): the newest pane of the window
  /// weighs 1, one that ended a half-life before it weighs a half.
  case decayedCount(halfLife: TimeSpan)
  /// Sum of values, in millionths, weighed like `decayedCount`.
  case decayedSum(halfLife: TimeSpan)
  /// Value, in millionths, of the event with the newest time; the greatest value of several at that millisecond, so
  /// that the order of arrival says nothing. 0 without an event in the window.
  case last

  /// Whether results are whole millionths rather than whole numbers.
  public var isInMillionths: Bool {
    switch self {
    case .sum, .decayedCount, .decayedSum, .last: true
    case .count, .activePanes, .distinctUsers, .distinctFeatures, .userPanes: false
    }
  }
}

/// One number that is kept for every account: an aggregate over a sliding window.
///
/// At a tick E (a multiple of `slide`) the window covers `[E − shift − length, E − shift)`.
/// `length` and `shift` are multiples of `slide`; `shift` is 0 for "now" and positive for a baseline in the past.
public struct WindowedQuantity: Hashable, Sendable {
  public var filter: EventFilter
  public var aggregate: Aggregate
  public var length: TimeSpan
  public var slide: TimeSpan
  public var shift: TimeSpan

  public init(
    _ aggregate: Aggregate, of filter: EventFilter = .any, length: TimeSpan, slide: TimeSpan,
    shift: TimeSpan = .zero
  ) {
    self.filter = filter
    self.aggregate = aggregate
    self.length = length
    self.slide = slide
    self.shift = shift
  }
}

/// The quantities of one account at one tick.
public struct WindowReading: Sendable, Equatable {
  /// End of the windows that have the smallest slide; windows with a longer slide end at the last multiple of
  /// theirs not after it when the reading is final, and at the next one when it is early.
  public var at: EventTime
  /// One value for each quantity of the plan, in its order. Counts as they are; sums, last values and all that decays
  /// in millionths.
  public var values: [Int64]
  /// Time of the newest event before `at`.
  public var lastEvent: EventTime
  /// Time of the account's first event ever seen.
  public var firstEvent: EventTime
  /// False for an early reading of windows that are still filling.
  public var isFinal: Bool

  public init(
    at: EventTime, values: [Int64], lastEvent: EventTime, firstEvent: EventTime, isFinal: Bool
  ) {
    self.at = at
    self.values = values
    self.lastEvent = lastEvent
    self.firstEvent = firstEvent
    self.isFinal = isFinal
  }
}
