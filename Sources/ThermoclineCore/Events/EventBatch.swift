/// What travels between two stages: raw message bytes and the events read from them.
///
/// Allocated once, filled by one thread, handed over through a ring, emptied by another and handed
/// back. Exactly one stage holds a batch at any time, which is why it may cross threads.
///
/// SAFETY: `bytes` and `records` are allocated here with the stated capacities, never reallocated, and
/// freed in deinit; every write checks its capacity first; ranges handed out stay valid until `clear()`.
@safe public final class EventBatch: @unchecked Sendable {
  public let bytesCapacity: Int
  public let recordsCapacity: Int
  @usableFromInline let bytes: UnsafeMutableRawPointer
  @usableFromInline let records: UnsafeMutablePointer<EventRecord>
  /// Bytes in use.
  public private(set) var bytesCount = 0
  /// Events in use.
  @usableFromInline package var recordsCount = 0
  public var refusals: [Refusal] = []
  /// Which input partition the batch came from: the topic's name and the number.
  public var topic = ""
  public var partition: Int32 = 0
  /// The position after the last message of the batch: what a commit of this batch would say.
  public var nextPosition: Int64 = 0
  /// Messages read into the batch (tombstones included), events or not.
  public var messagesCount = 0
  /// A producer's promise that no event before this time will follow (a heartbeat), if one was read.
  public var heartbeat: EventTime?
  /// Monotonic clock in nanoseconds when the first message of the batch was taken from the source.
  public var arrivalNanoseconds: UInt64 = 0

  public init(
    bytesCapacity: Int = Limits.batchBytesMax, recordsCapacity: Int = Limits.batchEventsMax
  ) {
    self.bytesCapacity = bytesCapacity
    self.recordsCapacity = recordsCapacity
    // 64 bytes of slack let a scanner read whole words past the end of the last message.
    unsafe bytes = .allocate(byteCount: bytesCapacity + 64, alignment: 64)
    unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0, count: bytesCapacity + 64)
    unsafe records = .allocate(capacity: recordsCapacity)
    unsafe records.initialize(repeating: EventRecord(), count: recordsCapacity)
  }

  deinit {
    unsafe bytes.deallocate()
    unsafe records.deallocate()
  }

  /// Makes the batch empty; ranges handed out before are void.
  public func clear() {
    bytesCount = 0
    recordsCount = 0
    refusals.removeAll(keepingCapacity: true)
    nextPosition = 0
    messagesCount = 0
    heartbeat = nil
    arrivalNanoseconds = 0
  }

  public var isFull: Bool { recordsCount == recordsCapacity }
  public var eventsCount: Int { recordsCount }

  /// Copies text in; nil when it does not fit.
  public func append(bytes source: UnsafeRawBufferPointer) -> ByteRange? {
    guard source.count <= bytesCapacity - bytesCount else { return nil }
    let range = ByteRange(offset: bytesCount, length: source.count)
    if let base = source.baseAddress {
      unsafe bytes.advanced(by: bytesCount).copyMemory(from: base, byteCount: source.count)
    }
    bytesCount += source.count
    return range
  }

  /// The free space after the used bytes, for a reader that fills it in place and then calls `use`.
  public var freeBytes: UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(
      start: bytes.advanced(by: bytesCount), count: bytesCapacity - bytesCount)
  }

  /// Takes the next `count` bytes of the free space as written.
  public func use(bytes count: Int) -> ByteRange {
    precondition(count <= bytesCapacity - bytesCount)
    let range = ByteRange(offset: bytesCount, length: count)
    bytesCount += count
    return range
  }

  /// The text at a range of this batch. Valid until `clear()`; readable for 64 bytes past its end.
  @inlinable public func text(_ range: ByteRange) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(
      start: bytes.advanced(by: Int(range.offset)), count: Int(range.length))
  }

  /// The text at a range, copied. Invalid UTF-8 is repaired.
  public func string(_ range: ByteRange) -> String {
    unsafe String(decoding: text(range), as: UTF8.self)
  }

  /// Adds an event; the caller has checked `isFull`.
  @inlinable public func append(_ record: EventRecord) {
    precondition(recordsCount < recordsCapacity)
    unsafe records[recordsCount] = record
    recordsCount += 1
  }

  @inlinable public subscript(index: Int) -> EventRecord {
    assert(index < recordsCount)
    return unsafe records[index]
  }

  /// Drops the events after the first `count`: a message of several events that turned out broken.
  public func truncate(eventsTo count: Int) { recordsCount = min(recordsCount, count) }
}
