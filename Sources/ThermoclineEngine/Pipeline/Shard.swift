import Dispatch
import Synchronization
import ThermoclineCore

/// One worker of the pipeline: a serial queue that owns some partitions, fed through a ring and heard
/// through another.
///
/// Dispatch runs once a batch at most: a feeder that finds the shard already scheduled only pushes. When the output ring is
/// full the shard stops taking input, so that a slow sink slows the feeder down; the publisher schedules it again.
///
/// SAFETY of `@unchecked Sendable`: `partitions`, `current` and `hasNews` are touched on `queue` only.
package final class Shard: @unchecked Sendable {
  private let queue: DispatchQueue
  private let input: Ring<(partition: Int, batch: EventBatch)>
  private let emptied: Ring<EventBatch>
  private let output: Ring<OutputBatch>
  private let isScheduled = Atomic<Bool>(false)
  private let inputFreed: DispatchSemaphore
  private let outputReady: DispatchSemaphore
  private var partitions: [Int: any PartitionWork] = [:]
  private var current = OutputBatch()
  private var hasNews = false
  private var waitingForHandOver: [() -> Void] = []
  /// Bytes of output at which a batch is handed on even though more input waits.
  private static let outputBytesWanted = 1 << 18
  /// Early readings between two looks at the input.
  private static let anticipateMax = 512

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

  package func open(_ partition: Int, _ work: any PartitionWork) { partitions[partition] = work }

  /// Runs `body` when everything said inside this `perform` is in the output ring.
  func afterHandOver(_ body: @escaping () -> Void) { waitingForHandOver.append(body) }

  package func close(_ partition: Int) { partitions[partition] = nil }

  /// Time has come to the newest event of each partition: the input has ended.
  package func end() { withPartitions { _, work, output in work.end(output) } }

  /// Everything known and not said is said.
  package func drain() { withPartitions { _, work, output in work.drain(output) } }

  /// The same for one partition.
  package func drain(only partition: Int) {
    guard let work = partitions[partition] else { return }
    work.drain(current)
    hasNews = true
  }

  /// No event has come for so long by the clock: the partition's time goes on with it.
  package func passTime(_ span: TimeSpan, partition: Int) {
    guard let work = partitions[partition] else { return }
    work.passTime(span, current)
    hasNews = true
  }

  package func withPartitions(_ body: (Int, any PartitionWork, OutputBatch) -> Void) {
    for (number, work) in partitions.sorted(by: { $0.key < $1.key }) {
      body(number, work, current)
      hasNews = true
      if current.bytes.count >= Self.outputBytesWanted { handOn(waits: true) }
    }
  }

  // MARK: the publisher's side (one thread)

  func popOutput() -> OutputBatch? { output.pop() }

  /// Runs the shard for its early readings, or because room was made in the output ring.
  func schedule() {
    if isScheduled.exchange(true, ordering: .acquiringAndReleasing) { return }
    queue.async { self.run() }
  }

  /// Batches waiting, for display.
  package var backlog: Int { input.count }

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
      guard let work = partitions[partition] else {
        preconditionFailure("a batch of partition \(partition), which is not open")
      }
      if batch.isRebuilding {
        work.process(batch, into: OutputBatch())
      } else {
        work.process(batch, into: current)
        hasNews = true
      }
      _ = emptied.push(batch)
      inputFreed.signal()
      if current.bytes.count >= Self.outputBytesWanted { handOn(waits: waits) }
    }
  }

  /// Early readings while no input waits; the rest comes with the next run.
  private func anticipate() {
    for (_, work) in partitions.sorted(by: { $0.key < $1.key }) {
      let said = current.records.count
      work.settle(current)
      if current.records.count > said { hasNews = true }
      while input.count == 0, output.count < output.capacity - 1 {
        let records = current.records.count
        let hasMore = work.anticipate(limit: Self.anticipateMax, current)
        if current.records.count > records { hasNews = true }
        if current.bytes.count >= Self.outputBytesWanted { handOn(waits: false) }
        if !hasMore { break }
      }
    }
  }

  private func handOn(waits: Bool) {
    guard hasNews else { return }
    current.progress = partitions.values.map(\.progress).sorted { $0.partition < $1.partition }
    while !output.push(current) {
      // Without waiting the batch simply grows until the next run; `takeInput` takes no more input then.
      if !waits { return }
      outputReady.signal()
      _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(1))
    }
    current = OutputBatch()
    hasNews = false
    outputReady.signal()
  }
}
