/// A point in event time: milliseconds since 1970-01-01T00:00:00Z, no leap seconds.
@frozen public struct EventTime: Hashable, Comparable, Sendable, BitwiseCopyable {
  public var milliseconds: Int64

  @inlinable public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  @inlinable public static func < (a: EventTime, b: EventTime) -> Bool {
    a.milliseconds < b.milliseconds
  }
  @inlinable public static func + (a: EventTime, b: TimeSpan) -> EventTime {
    EventTime(milliseconds: a.milliseconds &+ b.milliseconds)
  }
  @inlinable public static func - (a: EventTime, b: TimeSpan) -> EventTime {
    EventTime(milliseconds: a.milliseconds &- b.milliseconds)
  }
  @inlinable public static func - (a: EventTime, b: EventTime) -> TimeSpan {
    TimeSpan(milliseconds: a.milliseconds &- b.milliseconds)
  }

  /// The greatest slide boundary not after this time. Boundaries are the multiples of `slide` since
  /// 1970-01-01T00:00:00Z, so days begin at midnight UTC.
  @inlinable public func floor(to slide: TimeSpan) -> EventTime {
    let s = slide.milliseconds
    let r = milliseconds % s
    return EventTime(milliseconds: milliseconds - (r < 0 ? r + s : r))
  }

  /// Before every event: the watermark of a partition that has seen none.
  public static let distantPast = EventTime(milliseconds: -1 << 53)
  /// After every event: the watermark that closes every window.
  public static let distantFuture = EventTime(milliseconds: 1 << 53)
}
