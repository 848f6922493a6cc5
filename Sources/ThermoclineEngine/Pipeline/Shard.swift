import Dispatch
import Synchronization
import ThermoclineCore

/// One worker of the pipeline: a serial queue that owns some partitions, fed through a ring and heard
/// through another.
///
/// Dispatch runs once a batch at most: a feeder that finds the shard already scheduled only pushes. It is woken through a
/// dispatch source, which allocates nothing, unlike a closure on a queue. When the output ring is full the shard stops
/// taking input, so that a slow sink slows the feeder down; the publisher schedules it again.
///
/// SAFETY of `@unchecked Sendable`: everything that is not atomic or a ring is touched on `queue` only.
package final class Shard: @unchecked Sendable {
  let index: Int
  /// nil: the shard works on the thread that asks for it.
  let queue: DispatchQueue?
  let input: Ring<(partition: Int, batch: EventBatch)>
  let emptied: Ring<EventBatch>
  let output: Ring<OutputBatch>
  let emptiedOutputs: Ring<OutputBatch>
  let wake: (any DispatchSourceUserDataOr)?
  let isScheduled = Atomic<Bool>(false)
  /// Number of the commit interval.
  let round = Atomic<UInt32>(1)
  /// The feeder found no empty batch and waits for `inputFreed`.
  let isFeederWaiting = Atomic<Bool>(false)
  /// Nobody takes outputs any more.
  let isAbandoned = Atomic<Bool>(false)
  /// Of all shards.
  let held: HeldPartitions
  let bytesCapacity: Int
  let recordsCapacity: Int
  let inputFreed: DispatchSemaphore
  let outputReady: DispatchSemaphore
  /// In the order of their numbers.
  var places: [ShardPlace] = []
  var current = OutputBatch()
  /// Takes what was published by an earlier run.
  let silent = OutputBatch(isSilent: true)
  var hasNews = false
  /// How far partitions came that were closed since the last hand-over.
  var closed: [PartitionProgress] = []
  /// When the oldest event came that was applied and is not shown by any score; 0 = none.
  var oldestArrival: UInt64 = 0
  /// Batches taken since the last hand-over.
  var batchesTaken = 0
  var waitingForHandOver: [() -> Void] = []
  /// Bytes of output at which a batch is handed on even though more input waits.
  static let outputBytesWanted = 1 << 18
  /// Early readings between two looks at the input.
  static let anticipateMax = 512

  init(
    index: Int, batches: Int, held: HeldPartitions, inputFreed: DispatchSemaphore,
    outputReady: DispatchSemaphore, bytesCapacity: Int, recordsCapacity: Int, isManual: Bool
  ) {
    self.index = index
    self.held = held
    self.bytesCapacity = bytesCapacity
    self.recordsCapacity = recordsCapacity
    queue = isManual ? nil : DispatchQueue(label: "thermocline.shard.\(index)")
    input = Ring(capacity: batches)
    emptied = Ring(capacity: batches)
    output = Ring(capacity: Limits.ringBatchesMax)
    // One more is being filled, one more is being published.
    emptiedOutputs = Ring(capacity: Limits.ringBatchesMax + 2)
    wake = queue.map { DispatchSource.makeUserDataOrSource(queue: $0) }
    self.inputFreed = inputFreed
    self.outputReady = outputReady
    for _ in 0..<batches {
      _ = emptied.push(
        EventBatch(bytesCapacity: bytesCapacity, recordsCapacity: recordsCapacity))
    }
    current = freshOutput()
    wake?.setEventHandler { [weak self] in self?.run() }
    wake?.activate()
  }

  deinit { wake?.cancel() }

  // MARK: the feeder's side (one thread)

  /// An empty batch to fill, or nil when all are under way.
  package func takeBatch() -> EventBatch? {
    guard let batch = emptied.pop() else { return nil }
    batch.clear()
    return batch
  }

  /// As `takeBatch`; when it fails, the next batch that comes free is signalled on `inputFreed`.
  func takeBatchOrWait() -> EventBatch? {
    // Pairs with the exchange in `giveBack`: either that sees the flag, or this sees the batch.
    _ = isFeederWaiting.exchange(true, ordering: .acquiringAndReleasing)
    return takeBatch()
  }

  /// Hands a filled batch over. There is always room: no more batches exist than the ring holds.
  package func submit(_ batch: EventBatch, partition: Int) {
    let pushed = input.push((partition, batch))
    precondition(pushed, "more batches than the ring holds")
    schedule()
  }

  /// Runs `body` on the shard after everything submitted before; what is submitted next may come before it, so
  /// a partition is opened by `Pipeline.flush`, which waits.
  package func perform(_ body: @escaping @Sendable (Shard) -> Void) {
    if let queue { queue.async { self.work(body) } } else { work(body) }
  }

  func work(_ body: (Shard) -> Void) {
    takeInput(waitsForOutput: true)
    body(self)
    handOn(waits: true)
    let waiting = waitingForHandOver
    waitingForHandOver = []
    for then in waiting { then() }
  }
}
