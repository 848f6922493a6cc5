internal import CRdkafka

/// Messages taken from librdkafka's queue and not yet handed out, oldest first.
///
/// It holds one batch, and of each paused partition what was at hand when it was paused: less than one batch a
/// partition.
///
/// SAFETY: `slots[0..<count]` are messages owned here, each destroyed exactly once, by `drain` or deinit; there
/// is room for `capacity` of them, checked before each batch is taken.
@safe struct MessageBuffer: ~Copyable {
  typealias Message = UnsafeMutablePointer<rd_kafka_message_t>

  /// Messages taken from the queue at a time.
  static let batchSize = 1_024

  private var slots: UnsafeMutablePointer<Message?>
  private var capacity = batchSize
  private(set) var count = 0

  init() {
    unsafe slots = .allocate(capacity: capacity)
  }

  deinit {
    for index in 0..<count { unsafe rd_kafka_message_destroy(slots[index]) }
    unsafe slots.deallocate()
  }

  /// Takes what is queued, waiting at most `timeoutMilliseconds` for the first message or callback.
  /// What was held stays in front.
  mutating func fill(from queue: OpaquePointer, timeoutMilliseconds: Int32) {
    let before = count
    unsafe takeQueued(queue)
    guard count == before, timeoutMilliseconds > 0 else { return }
    // A batch call would wait for a full batch, a single one returns with the first message or rebalance.
    guard let first = unsafe rd_kafka_consume_queue(queue, timeoutMilliseconds) else { return }
    unsafe (slots + count).initialize(to: first)
    count += 1
    unsafe takeQueued(queue)
  }

  /// Takes what is there, at most a batch, and leaves room for one message more.
  private mutating func takeQueued(_ queue: OpaquePointer) {
    if capacity - count <= Self.batchSize { grow(to: count + 2 * Self.batchSize) }
    count += unsafe max(0, rd_kafka_consume_batch_queue(queue, 0, slots + count, Self.batchSize))
  }

  private mutating func grow(to newCapacity: Int) {
    let old = unsafe slots
    unsafe slots = .allocate(capacity: newCapacity)
    unsafe slots.moveInitialize(from: old, count: count)
    unsafe old.deallocate()
    capacity = newCapacity
  }

  /// Shows every message to `take`, oldest first, until it says stop, and drops those it does not `keep`.
  mutating func drain(_ take: (Message) -> Verdict) {
    var kept = 0
    var next = 0
    var isStopped = false
    while next < count, !isStopped {
      let message = unsafe slots[next].unsafelyUnwrapped
      next += 1
      switch unsafe take(message) {
      case .keep:
        unsafe slots[kept] = unsafe message
        kept += 1
      case .drop: unsafe rd_kafka_message_destroy(message)
      case .dropAndStop:
        unsafe rd_kafka_message_destroy(message)
        isStopped = true
      }
    }
    unsafe (slots + kept).update(from: slots + next, count: count - next)
    count = kept + count - next
  }

  /// What becomes of a message.
  enum Verdict { case keep, drop, dropAndStop }
}
