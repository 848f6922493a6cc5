import ThermoclineCore

/// An event that waits for its user's account, copied out of its batch.
struct HeldEvent: Sendable {
  /// Its ranges lie in `bytes`.
  private(set) var record: EventRecord
  private(set) var bytes: [UInt8]
  /// Event time at which it has waited long enough.
  let deadline: Int64
  /// What the duplicates of it are known by; nil when it has no id or nobody looks.
  let identity: SipHash128.Value?
  /// It was counted as read; one that an earlier run counted was not.
  let isCounted: Bool
  private let headers: OriginalHeaders
  private let topic: String
  private let partition: Int32

  /// Not inlined: Swift 6.3 crashes on its caller otherwise, when it optimises with testing enabled (`make tsan`).
  @inline(never) init(
    at index: Int, of batch: EventBatch, deadline: Int64, identity: SipHash128.Value?,
    isCounted: Bool
  ) {
    self.deadline = deadline
    self.identity = identity
    self.isCounted = isCounted
    topic = batch.topic
    partition = batch.partition
    record = batch[index]
    headers = batch.headers(at: record.position)
    bytes = []
    keep(\.message, of: batch)
    keep(\.key, of: batch)
    keep(\.type, of: batch)
    keep(\.user, of: batch)
    keep(\.feature, of: batch)
    keep(\.id, of: batch)
  }

  /// Bytes held for it.
  var bytesCount: Int { bytes.count + headers.bytesCount }

  /// A batch of this one event, as if its account had come with it; nil for an event without one.
  func batch(account: UnsafeRawBufferPointer?) -> EventBatch {
    let batch = EventBatch(
      bytesCapacity: bytes.count + Limits.nameBytesMax, recordsCapacity: 1)
    batch.topic = topic
    batch.partition = partition
    batch.keepHeaders(headers, position: record.position)
    var record = record
    unsafe bytes.withUnsafeBytes { _ = unsafe batch.append(bytes: $0) }
    if let account = unsafe account {
      record.account = unsafe batch.append(bytes: account) ?? .absent
    }
    batch.append(record)
    return batch
  }

  private mutating func keep(
    _ field: WritableKeyPath<EventRecord, ByteRange>, of batch: EventBatch
  ) {
    let range = record[keyPath: field]
    guard !range.isAbsent else { return }
    record[keyPath: field] = ByteRange(offset: bytes.count, length: Int(range.length))
    unsafe bytes.append(contentsOf: batch.text(range))
  }
}

extension HeldEvent {
  func write(to state: inout StateWriter) {
    state.write(plain: record)
    state.write(bytes)
    state.write(deadline)
    state.write(identity != nil)
    if let identity { state.write(plain: identity) }
    state.write(topic)
    state.write(Int64(partition))
    state.write(UInt64(headers.all.count))
    for header in headers.all {
      state.write(header.name)
      state.write(header.value != nil)
      if let value = header.value { state.write(value) }
    }
    state.write(headers.leftOutCount)
  }

  /// An earlier run has counted it.
  init(from state: inout StateReader) throws(StateError) {
    record = EventRecord()
    try state.read(plain: &record)
    bytes = try state.text()
    let count = bytes.count
    func isInside(_ range: ByteRange) -> Bool {
      range.isAbsent || Int(range.offset) + Int(range.length) <= count
    }
    guard isInside(record.message), isInside(record.key), isInside(record.type),
      isInside(record.user), isInside(record.feature), isInside(record.id)
    else { throw StateError("a text of a waiting event lies outside of its bytes") }
    deadline = try state.number()
    var value = SipHash128.Value(first: 0, second: 0)
    let hasIdentity = try state.flag()
    if hasIdentity { try state.read(plain: &value) }
    identity = hasIdentity ? value : nil
    isCounted = false
    topic = try state.string()
    partition = Int32(truncatingIfNeeded: try state.number())
    var all: [OriginalHeaders.Header] = []
    for _ in 0..<(try state.count()) {
      let name = try state.string()
      all.append(OriginalHeaders.Header(name, try state.flag() ? try state.text() : nil))
    }
    headers = OriginalHeaders(all, leftOutCount: try state.int())
  }
}
