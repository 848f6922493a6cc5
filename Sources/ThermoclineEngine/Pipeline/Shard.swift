import Dispatch
import Synchronization
import ThermoclineCore

/// One worker of the pipeline: a serial queue that owns some partitions, fed through a ring and heard
/// through another.
///
/// Dispatch runs once a batch at most: a feeder that finds the shard already scheduled only pushes. When the output ring is
/// full the shard stops taking input, so that a slow sink slows the feeder down; the publisher schedules it again.
///
/// SAFETY of `@unchecked Sendable`: everything that is not atomic or a ring is touched on `queue` only.
package final class Shard: @unchecked Sendable {
  private let queue: DispatchQueue
  private let input: Ring<(partition: Int, batch: EventBatch)>
  private let emptied: Ring<EventBatch>
  private let output: Ring<OutputBatch>
  private let isScheduled = Atomic<Bool>(false)
  /// Number of the commit interval.
  private let round = Atomic<UInt32>(1)
  /// The feeder found no empty batch and waits for `inputFreed`.
  private let isFeederWaiting = Atomic<Bool>(false)
  /// Nobody takes outputs any more.
  private let isAbandoned = Atomic<Bool>(false)
  private let inputFreed: DispatchSemaphore
  private let outputReady: DispatchSemaphore
  private var partitions: [Int: Place] = [:]
  private var current = OutputBatch()
  private var hasNews = false
  /// How far partitions came that were closed since the last hand-over.
  private var closed: [PartitionProgress] = []
  /// Batches taken since the last hand-over.
  private var batchesTaken = 0
  private var waitingForHandOver: [() -> Void] = []
  /// Bytes of output at which a batch is handed on even though more input waits.
  private static let outputBytesWanted = 1 << 18
  /// Early readings between two looks at the input.
  private static let anticipateMax = 512

  private struct Place {
    var work: any PartitionWork
    /// What lies before this position was published by an earlier run.
    var publishedBefore: Int64

    /// The windows are not yet where the published outputs are: nothing they would say is news.
    var isRebuilding: Bool { work.progress.nextPosition < publishedBefore }
  }

  init(
    index: Int, batches: Int, inputFreed: DispatchSemaphore, outputReady: DispatchSemaphore,
    bytesCapacity: Int, recordsCapacity: Int
  ) {
    queue = DispatchQueue(label: "thermocline.shard.\(index)")
    input = Ring(capacity: batches)
    emptied = Ring(capacity: batches)
    output = Ring(capacity: Limits.ringBatchesMax)
    self.inputFreed = inputFreed
    self.outputReady = outputReady
    for _ in 0..<batches {
      _ = emptied.push(
        EventBatch(bytesCapacity: bytesCapacity, recordsCapacity: recordsCapacity))
    }
  }

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
    queue.async {
      self.takeInput(waitsForOutput: true)
      body(self)
      self.handOn(waits: true)
      let waiting = self.waitingForHandOver
      self.waitingForHandOver = []
      for then in waiting { then() }
    }
  }

  // MARK: on the queue, inside `perform`

  /// From now on the partition is worked on here. Until its input has come to `publishedBefore` it says nothing.
  package func open(_ partition: Int, _ work: any PartitionWork, publishedBefore: Int64 = 0) {
    partitions[partition] = Place(work: work, publishedBefore: publishedBefore)
  }

  /// Runs `body` when everything said inside this `perform` is in the output ring.
  func afterHandOver(_ body: @escaping () -> Void) { waitingForHandOver.append(body) }

  /// The partition is no longer worked on. How far it came is committed once more unless it was lost to another.
  package func close(_ partition: Int, isLost: Bool = false) {
    guard let place = partitions.removeValue(forKey: partition) else { return }
    if isLost || place.isRebuilding { return }
    closed.append(place.work.progress)
    hasNews = true
  }

  /// Time has come to the newest event of each partition: the input has ended.
  package func end() { withPartitions { _, work, output in work.end(output) } }

  /// Everything known and not said is said.
  package func drain() { withPartitions { _, work, output in work.drain(output) } }

  /// The same for one partition.
  package func drain(only partition: Int) {
    guard let place = partitions[partition], !place.isRebuilding else { return }
    place.work.drain(current)
    hasNews = true
  }

  /// No event has come for so long by the clock: the partition's time goes on with it.
  package func passTime(_ span: TimeSpan, partition: Int) {
    guard let place = partitions[partition], !place.isRebuilding else { return }
    place.work.passTime(span, current)
    hasNews = true
  }

  /// All partitions that have something to say, in the order of their numbers.
  package func withPartitions(_ body: (Int, any PartitionWork, OutputBatch) -> Void) {
    for (number, place) in partitions.sorted(by: { $0.key < $1.key }) where !place.isRebuilding {
      body(number, place.work, current)
      hasNews = true
      if current.bytes.count >= Self.outputBytesWanted { handOn(waits: true) }
    }
  }

  // MARK: the publisher's side (one thread)

  func popOutput() -> OutputBatch? { output.pop() }

  /// The sink has failed: outputs that wait for room are dropped, so that nobody waits for ever.
  func abandon() { isAbandoned.store(true, ordering: .releasing) }

  /// A commit interval has begun: accounts that had their early reading may have another.
  func beginRound() {
    // A number alone; the queue that `schedule` goes through orders everything else.
    round.add(1, ordering: .relaxed)
    schedule()
  }

  /// Runs the shard for its early readings, or because room was made in the output ring.
  func schedule() {
    if isScheduled.exchange(true, ordering: .acquiringAndReleasing) { return }
    queue.async { self.run() }
  }

  // MARK: the work

  private func run() {
    // Lowered before looking at the ring: a push after the look schedules again.
    isScheduled.store(false, ordering: .sequentiallyConsistent)
    takeInput(waitsForOutput: false)
    anticipate()
    handOn(waits: false)
  }

  private func takeInput(waitsForOutput waits: Bool) {
    while waits || output.count < output.capacity - 1 {
      guard let (partition, batch) = input.pop() else { return }
      guard let work = partitions[partition]?.work else {
        preconditionFailure("a batch of partition \(partition), which is not open")
      }
      if batch.isRebuilding {
        work.process(batch, into: OutputBatch(isSilent: true))
      } else {
        work.process(batch, into: current)
        hasNews = true
      }
      giveBack(batch)
      batchesTaken += 1
      // Input that never pauses must not keep what was said, and how far it came, from the publisher.
      if current.bytes.count >= Self.outputBytesWanted || batchesTaken >= Limits.ringBatchesMax {
        handOn(waits: waits)
      }
    }
  }

  private func giveBack(_ batch: EventBatch) {
    _ = emptied.push(batch)
    if isFeederWaiting.exchange(false, ordering: .acquiringAndReleasing) { inputFreed.signal() }
  }

  /// Early readings while no input waits; the rest comes with the next run.
  private func anticipate() {
    for (_, place) in partitions.sorted(by: { $0.key < $1.key }) {
      let work = place.work
      let said = current.records.count
      work.settle(current)
      if current.records.count > said { hasNews = true }
      if place.isRebuilding { continue }
      while input.count == 0, output.count < output.capacity - 1 {
        let records = current.records.count
        current.round = round.load(ordering: .relaxed)
        let hasMore = work.anticipate(limit: Self.anticipateMax, current)
        if current.records.count > records { hasNews = true }
        if current.bytes.count >= Self.outputBytesWanted { handOn(waits: false) }
        if !hasMore { break }
      }
    }
  }

  private func handOn(waits: Bool) {
    batchesTaken = 0
    guard hasNews else { return }
    let open = partitions.values.filter { !$0.isRebuilding }.map(\.work.progress)
    current.progress = (closed + open).sorted { $0.partition < $1.partition }
    while !output.push(current) {
      if isAbandoned.load(ordering: .acquiring) { break }
      // Without waiting the batch simply grows until the next run; `takeInput` takes no more input then.
      if !waits { return }
      outputReady.signal()
      _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(1))
    }
    current = OutputBatch()
    closed = []
    hasNews = false
    outputReady.signal()
  }
}
