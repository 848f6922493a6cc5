import Dispatch
import Synchronization
import ThermoclineCore

/// The way of an event: a feeder (its own thread) fills batches, shards apply them, one publisher thread hands
/// the outputs to the sink and commits.
///
/// All stages are bounded; each one that is full makes the one before it wait, down to the feeder, which stops
/// taking input.
package final class Pipeline: Sendable {
  package let shards: [Shard]
  private let inputFreed = DispatchSemaphore(value: 0)
  private let outputReady = DispatchSemaphore(value: 0)
  private let held: HeldPartitions
  private let isStopping = Atomic<Bool>(false)
  /// When waiting for the brokers ends, by the publisher's clock; `max` = never.
  private let waitEnd = Atomic<UInt64>(.max)
  private let state: Mutex<State>
  private let clock: @Sendable () -> UInt64

  private struct State {
    var totals = EventCounts()
    var progress: [Int: PartitionProgress] = [:]
    var failure: OutputSinkError?
    var commits = DurationHistogram()
    var freshness = DurationHistogram()
    var commitBegan: UInt64?
    var commitEnded: UInt64?
    var waiting: OutputWait?
    var newestAlerts: [[UInt8]] = []
    /// Whether what is said is dropped, until the next of `discarding`.
    var isDiscarding = false
    /// Who waits for the next commit.
    var awaiting: [DispatchSemaphore] = []
    /// Who waits for all that was said since the last one to be dropped.
    var discarding: [DispatchSemaphore] = []
  }

  /// What others want of the publisher.
  struct Requests {
    var waiting: [DispatchSemaphore]
    var discarding: [DispatchSemaphore]
    var isDiscarding: Bool
    var isStopping: Bool
  }

  /// What the pipeline has done so far.
  package struct Snapshot: Sendable {
    package var totals: EventCounts
    package var progress: [PartitionProgress]
    package var failure: OutputSinkError?
    /// How long commits took.
    package var commits: DurationHistogram
    /// From an event's arrival until a score that shows it was committed: of each hand-over the oldest event.
    package var freshness: DurationHistogram
    /// When the commit under way began or was first put off, nil when there is none, and when the last one ended, by the
    /// pipeline's clock.
    package var commitBegan: UInt64?
    package var commitEnded: UInt64?
    /// Since when the sink takes nothing or commits nothing, and why; nil while it does.
    package var waiting: OutputWait?
    /// One for each shard.
    package var rings: [RingFill]
    /// The last alerts that were published, as JSON, the newest last.
    package var newestAlerts: [[UInt8]]
  }

  /// - Parameters:
  ///   - isManual: shards have no queue of their own but work inside the call that asks for it, and in `runShards`: one
  ///     thread does everything, in an order that can be repeated.
  ///   - clock: monotonic nanoseconds, the same that the feeder stamps batches with.
  package init(
    shards: Int, batchesPerShard: Int = Limits.ringBatchesMax,
    bytesCapacity: Int = Limits.batchBytesMax, recordsCapacity: Int = Limits.batchEventsMax,
    isManual: Bool = false,
    clock: @escaping @Sendable () -> UInt64 = { DispatchTime.now().uptimeNanoseconds }
  ) {
    self.clock = clock
    let (freed, ready, held) = (inputFreed, outputReady, HeldPartitions())
    self.held = held
    self.shards = (0..<shards).map {
      Shard(
        index: $0, batches: batchesPerShard, held: held, inputFreed: freed, outputReady: ready,
        bytesCapacity: bytesCapacity, recordsCapacity: recordsCapacity, isManual: isManual)
    }
    state = Mutex(State())
  }

  /// Of a manual pipeline: lets every shard that is due do its work, on the calling thread.
  package func runShards() { for shard in shards { shard.runIfScheduled() } }

  package func shard(of partition: Int) -> Shard { shards[partition % shards.count] }

  /// Whether a partition waits for others to come further in event time; no batch is to be had for it meanwhile. What
  /// was submitted before is parked, at most a ring full.
  package func isHeldUp(_ partition: Int) -> Bool { held.contains(partition) }

  /// Feeder only: an empty batch for a partition, waiting at most this long; nil when there is none, or when the
  /// partition is held up, unless the batch is for the rest of a message that was begun.
  package func takeBatch(
    partition: Int, waitMilliseconds: Int, isForRest: Bool = false
  ) -> EventBatch? {
    let shard = shard(of: partition)
    var mayTake: Bool { isForRest || !isHeldUp(partition) }
    if mayTake, let batch = shard.takeBatch() { return batch }
    let deadline = DispatchTime.now() + .milliseconds(waitMilliseconds)
    repeat {
      if mayTake, let batch = shard.takeBatchOrWait() { return batch }
    } while inputFreed.wait(timeout: deadline) == .success
    return mayTake ? shard.takeBatch() : nil
  }

  /// The input has ended: time comes to the newest event of every partition. Those held up go on as the others come to
  /// their ends, and the one that is furthest behind never is.
  package func endInput() {
    flush { $0.end() }
    while !held.isEmpty, snapshot.failure == nil { flush() }
  }

  package var snapshot: Snapshot {
    state.withLock {
      Snapshot(
        totals: $0.totals, progress: $0.progress.values.sorted { $0.partition < $1.partition },
        failure: $0.failure, commits: $0.commits, freshness: $0.freshness,
        commitBegan: $0.commitBegan, commitEnded: $0.commitEnded, waiting: $0.waiting,
        rings: shards.map(\.fill), newestAlerts: $0.newestAlerts)
    }
  }

  /// Publishes until `stop` was called and everything said before was published. Runs on the calling thread.
  ///
  /// - Parameter interval: longest time between two commits while there is something to commit, and between
  ///   two rounds of early readings.
  /// - Parameter waits: called again and again while the sink takes or commits nothing.
  /// - Parameter failed: called when the sink fails, which ends publishing.
  package func publish(
    to sink: any OutputSink, intervalMilliseconds interval: Int,
    waits: @escaping (OutputWait) -> Void = { _ in }, failed: () -> Void = {}
  ) {
    let publication = Publication(
      self, sink, interval: UInt64(interval) * 1_000_000,
      now: DispatchTime.now().uptimeNanoseconds, waits: waits)
    do throws(OutputSinkError) {
      repeat {
        let isAwaited = state.withLock { !$0.awaiting.isEmpty || !$0.discarding.isEmpty }
        if let time = publication.wakeUp(
          now: DispatchTime.now().uptimeNanoseconds,
          isStopping: isStopping.load(ordering: .acquiring), isAwaited: isAwaited)
        {
          _ = outputReady.wait(timeout: DispatchTime(uptimeNanoseconds: time))
        }
      } while try !publication.round(now: DispatchTime.now().uptimeNanoseconds)
    } catch {
      state.withLock { $0.failure = error }
      for shard in shards { shard.abandon() }
      failed()
    }
  }

  /// What the publisher was asked for since it last looked.
  func takeRequests() -> Requests {
    // Before the outputs are looked at: what was said before `stop` is in the rings then.
    let isStopping = isStopping.load(ordering: .acquiring)
    return state.withLock { state in
      defer {
        if !state.discarding.isEmpty { state.isDiscarding = false }
        (state.awaiting, state.discarding) = ([], [])
      }
      return Requests(
        waiting: state.awaiting, discarding: state.discarding,
        isDiscarding: state.isDiscarding || !state.discarding.isEmpty, isStopping: isStopping)
    }
  }

  /// What partitions wait for may have come from elsewhere. Any thread.
  package func wake() { for shard in shards { shard.schedule() } }

  /// Room was made in a shard's output ring; its progress may let others go on.
  func wakeShards(besides shard: Shard) {
    if held.isEmpty { shard.schedule() } else { wake() }
  }

  /// Everything submitted so far is applied, published and committed when this returns true. False when `giveUp` said so
  /// before; it is asked every tenth of a second.
  @discardableResult
  package func commitAll(unless giveUp: () -> Bool = { false }) -> Bool {
    guard tryFlush(unless: giveUp) else { return false }
    let done = DispatchSemaphore(value: 0)
    state.withLock { $0.awaiting.append(done) }
    outputReady.signal()
    // A failed publisher commits nothing; the owner sees the failure.
    while done.wait(timeout: .now() + .milliseconds(100)) != .success {
      if snapshot.failure != nil || giveUp() { return false }
    }
    return true
  }

  /// All partitions were lost to other processes: what they say is dropped from now on, until `discardAll`. So they can be
  /// closed although the brokers take nothing.
  package func beginDiscarding() {
    state.withLock { $0.isDiscarding = true }
    outputReady.signal()
  }

  /// Nothing that was said since the last commit becomes visible; all partitions are closed.
  package func discardAll() {
    flush()
    let done = DispatchSemaphore(value: 0)
    state.withLock { $0.discarding.append(done) }
    outputReady.signal()
    while snapshot.failure == nil, done.wait(timeout: .now() + .milliseconds(100)) != .success {}
  }

  /// The publisher commits what stands in the rings and returns. Call after the last `flush`.
  package func stop() {
    isStopping.store(true, ordering: .releasing)
    outputReady.signal()
  }

  /// A job that is to end: what the brokers have not taken after so long is given up, with a failure. A later call does not
  /// put the end off. Any thread.
  package func limitWaiting(seconds: Int) {
    let end = DispatchTime.now() + .seconds(seconds)
    _ = waitEnd.compareExchange(
      expected: .max, desired: end.uptimeNanoseconds, ordering: .relaxed)
  }

  func mustEnd(by now: UInt64) -> Bool { now >= waitEnd.load(ordering: .relaxed) }

  /// Waits until everything submitted so far has been applied and handed to the publisher.
  package func flush(_ body: @escaping @Sendable (Shard) -> Void = { _ in }) {
    _ = tryFlush(unless: { false }, body)
  }

  /// The same; false when `giveUp` said so before, asked every tenth of a second: it is done later then.
  package func tryFlush(
    unless giveUp: () -> Bool, _ body: @escaping @Sendable (Shard) -> Void = { _ in }
  ) -> Bool {
    let group = DispatchGroup()
    for shard in shards {
      group.enter()
      shard.perform { shard in
        body(shard)
        // Left after the hand-over that follows this closure.
        shard.afterHandOver { group.leave() }
      }
    }
    while group.wait(timeout: .now() + .milliseconds(100)) != .success {
      if giveUp() { return false }
    }
    return true
  }

  func noteCommitBegan() -> UInt64 {
    let now = clock()
    return state.withLock { state in
      let began = state.commitBegan ?? now
      state.commitBegan = began
      return began
    }
  }

  func noteCommitted(since began: UInt64, showing arrivals: [UInt64]) {
    let now = clock()
    state.withLock {
      $0.commitBegan = nil
      $0.waiting = nil
      $0.commitEnded = now
      $0.commits.record(nanoseconds: now &- began)
      for arrival in arrivals { $0.freshness.record(nanoseconds: now &- min(now, arrival)) }
    }
  }

  func noteWaiting(_ why: String) -> OutputWait {
    let now = clock()
    return state.withLock { state in
      let wait = OutputWait(since: state.waiting?.since ?? now, reason: why)
      state.waiting = wait
      return wait
    }
  }

  func noteDiscarded() {
    state.withLock {
      $0.commitBegan = nil
      $0.waiting = nil
    }
  }

  func note(_ batch: OutputBatch) {
    var alerts: [[UInt8]] = []
    if batch.counts.alerts > 0 {
      for record in batch.records where record.stream == .alerts {
        alerts.append(Array(batch.bytes[record.value]))
      }
    }
    state.withLock {
      $0.totals.add(batch.counts)
      if !alerts.isEmpty {
        $0.newestAlerts = ($0.newestAlerts + alerts).suffix(Limits.newestAlertsMax)
      }
      for progress in batch.progress { $0.progress[progress.partition] = progress }
    }
  }
}
