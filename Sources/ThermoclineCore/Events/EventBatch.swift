internal import CPlatform

/// What travels between two stages: raw message bytes and the events read from them.
///
/// Allocated once, filled by one thread, handed over through a ring, emptied by another and handed
/// back. Exactly one stage holds a batch at any time, which is why it may cross threads.
///
/// SAFETY: `bytes`, `records` and `counts` are allocated here with the stated capacities, never
/// reallocated, and freed in deinit; every write checks its capacity first; ranges handed out stay
/// valid until `clear()`.
@safe public final class EventBatch: @unchecked Sendable {
  public let bytesCapacity: Int
  public let recordsCapacity: Int
  @usableFromInline let bytes: UnsafeMutableRawPointer
  @usableFromInline let records: UnsafeMutablePointer<EventRecord>
  /// The counts every event touches. They stand in raw memory because a class's stored property
  /// pays a run-time check for overlapping accesses, about 30 ns an event.
  @usableFromInline let counts: UnsafeMutablePointer<Counts>
  @usableFromInline @frozen struct Counts {
    @usableFromInline var bytes = 0
    @usableFromInline var records = 0
    @usableFromInline var needsHeaders = false
    @usableFromInline var messages = 0
    @usableFromInline var nextPosition: Int64 = 0
    @usableFromInline var isRebuilding = false
    @inlinable init() {}
  }
  /// Bytes in use.
  @inlinable public var bytesCount: Int { unsafe counts.pointee.bytes }
  /// Events in use.
  @inlinable public var eventsCount: Int { unsafe counts.pointee.records }
  public internal(set) var refusals: [Refusal] = []
  /// Headers of the messages that need theirs.
  var headerStore = HeaderStore()
  /// Which input partition the batch came from: the topic's name and the number.
  public var topic = ""
  public var partition: Int32 = 0
  /// The position after the last message of the batch: what a commit of this batch would say.
  @inlinable public var nextPosition: Int64 {
    get { unsafe counts.pointee.nextPosition }
    set { unsafe counts.pointee.nextPosition = newValue }
  }
  /// Messages read into the batch (tombstones included), events or not.
  @inlinable public var messagesCount: Int {
    get { unsafe counts.pointee.messages }
    set { unsafe counts.pointee.messages = newValue }
  }
  /// A producer's promise that no event before this time will follow (a heartbeat), if one was
  /// read.
  public var heartbeat: EventTime?
  /// The messages were published by an earlier run: they rebuild state and say nothing.
  @inlinable public var isRebuilding: Bool {
    get { unsafe counts.pointee.isRebuilding }
    set { unsafe counts.pointee.isRebuilding = newValue }
  }
  /// When its first message came, in nanoseconds of the feeder's clock; 0 = not known.
  public var arrival: UInt64 = 0
  /// More than a full batch of the partition's messages is known to wait behind this one.
  public var isBehind = false

  public init(
    bytesCapacity: Int = Limits.batchBytesMax, recordsCapacity: Int = Limits.batchEventsMax
  ) {
    self.bytesCapacity = bytesCapacity
    self.recordsCapacity = recordsCapacity
    // 64 bytes of slack let a scanner read whole words past the end of the last message. Zeros are a valid record, too,
    // and what was never filled takes no memory: a job at rest is 38 MB smaller.
    unsafe bytes = thermocline_zeros(bytesCapacity + 64)
    unsafe records = thermocline_zeros(recordsCapacity * MemoryLayout<EventRecord>.stride)
      .bindMemory(to: EventRecord.self, capacity: recordsCapacity)
    unsafe counts = .allocate(capacity: 1)
    unsafe counts.initialize(to: Counts())
  }

  deinit {
    unsafe thermocline_free(bytes)
    unsafe thermocline_free(records)
    unsafe counts.deallocate()
  }

  /// Makes the batch empty; ranges handed out before are void.
  public func clear() {
    unsafe counts.pointee = Counts()
    refusals.removeAll(keepingCapacity: true)
    headerStore.removeAll()
    heartbeat = nil
    isBehind = false
    arrival = 0
  }

  @inlinable public var isFull: Bool { eventsCount == recordsCapacity }

  /// Copies text in; nil when it does not fit.
  @inlinable public func append(bytes source: UnsafeRawBufferPointer) -> ByteRange? {
    guard source.count <= bytesCapacity - bytesCount else { return nil }
    let range = ByteRange(offset: bytesCount, length: source.count)
    if let base = source.baseAddress {
      unsafe bytes.advanced(by: bytesCount).copyMemory(from: base, byteCount: source.count)
    }
    unsafe counts.pointee.bytes += source.count
    return range
  }

  /// The free space after the used bytes, for a reader that fills it in place and then calls `use`.
  @inlinable public var freeBytes: UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(
      start: bytes.advanced(by: bytesCount), count: bytesCapacity - bytesCount)
  }

  /// Takes the next `count` bytes of the free space as written.
  public func use(bytes count: Int) -> ByteRange {
    precondition(count <= bytesCapacity - bytesCount)
    let range = ByteRange(offset: bytesCount, length: count)
    unsafe counts.pointee.bytes += count
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
    let index = eventsCount
    precondition(index < recordsCapacity)
    unsafe records[index] = record
    unsafe counts.pointee.records = index + 1
  }

  /// The place of the next event, where it can be made before `takeNext`; the caller has checked `isFull`.
  @inlinable public var next: EventRecord {
    unsafeAddress {
      assert(!isFull)
      return unsafe UnsafePointer(records + eventsCount)
    }
    unsafeMutableAddress {
      assert(!isFull)
      return unsafe records + eventsCount
    }
  }

  /// Adds the event that stands in `next`.
  @inlinable public func takeNext() {
    precondition(!isFull)
    unsafe counts.pointee.records &+= 1
  }

  /// An event in place: reading one field copies that field only.
  @inlinable public subscript(index: Int) -> EventRecord {
    unsafeAddress {
      assert(index < eventsCount)
      return unsafe UnsafePointer(records + index)
    }
  }

  /// Gives bytes back that came into use after there were `count`; no range names them.
  public func truncate(bytesTo count: Int) {
    unsafe counts.pointee.bytes = min(bytesCount, count)
  }

  /// Drops the events after the first `count`: a message of several events that turned out broken.
  public func truncate(eventsTo count: Int) {
    unsafe counts.pointee.records = min(eventsCount, count)
  }
}
