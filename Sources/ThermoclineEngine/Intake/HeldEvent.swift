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
