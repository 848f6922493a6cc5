/// Where a piece of text stands in its batch's bytes.
@frozen public struct ByteRange: Sendable, BitwiseCopyable, Equatable {
  public var offset: UInt32
  public var length: UInt32

  @inlinable public init(offset: Int, length: Int) {
    self.offset = UInt32(truncatingIfNeeded: offset)
    self.length = UInt32(truncatingIfNeeded: length)
  }
  /// No text at all. An empty string in the input counts as absent too.
  @inlinable public static var absent: ByteRange { ByteRange(offset: 0, length: 0) }
  @inlinable public var isAbsent: Bool { length == 0 }
}

/// One decoded event. Text stays where it was read; the record only says where.
@frozen public struct EventRecord: Sendable, BitwiseCopyable {
  /// Event time, milliseconds since 1970.
  public var time: Int64
  /// The value in millionths; 1,000,000 when the event names none. |value| ≤ `Limits.valueMagnitudeMax`.
  public var valueMicros: Int64
  /// Kafka offset, or the line number (from 1) of an archive.
  public var position: Int64
  public var type: ByteRange
  public var account: ByteRange
  public var user: ByteRange
  public var feature: ByteRange
  public var id: ByteRange
  /// The whole message this event was read from, for a dead letter.
  public var message: ByteRange
  /// The Kafka key of that message, for a dead letter.
  public var key: ByteRange
  /// What it says besides. `account` may be absent where the format lets it follow from the user.
  public var kind: EventKind

  @inlinable public init() {
    kind = .event
    time = 0
    valueMicros = 1_000_000
    position = 0
    type = .absent
    account = .absent
    user = .absent
    feature = .absent
    id = .absent
    message = .absent
    key = .absent
  }
}

/// One message, or one event of it, that was refused.
public struct Refusal: Sendable, Equatable {
  public var reason: RefusalReason
  /// What exactly was wrong, for a person; names the field and the place.
  public var detail: String
  /// Kafka offset, or the line number (from 1) of an archive.
  public var position: Int64
  public var message: ByteRange
  public var key: ByteRange

  public init(
    reason: RefusalReason, detail: String, position: Int64, message: ByteRange, key: ByteRange
  ) {
    self.reason = reason
    self.detail = detail
    self.position = position
    self.message = message
    self.key = key
  }
}
