internal import Synchronization
package import ThermoclineCore
package import ThermoclineEngine

/// Reads the input topics on a thread of its own and feeds the pipeline.
///
/// A partition that is assigned goes on from a checkpoint, or is read from its oldest record: the windows are rebuilt from
/// the retained log. What lies before the group's committed offset was published before and is not published again.
package final class KafkaFeeder: Sendable {
  /// What the feeder needs from its owner.
  package struct Ports: Sendable {
    /// Reads the events of a message that lies in the batch; true when all fitted, false to offer the same
    /// message again in another batch.
    package var decode:
      @Sendable (
        _ message: ByteRange, _ key: ByteRange, _ headers: MessageHeaders, _ offset: Int64,
        _ batch: EventBatch
      ) -> Bool
    /// The message that did not fit last will not be offered again.
    package var abandon: @Sendable () -> Void
    /// No promise about time is believed that lies after this.
    package var latestAccepted: @Sendable () -> EventTime
    /// Makes the work of a newly assigned partition.
    package var work: @Sendable (Int) -> any PartitionWork
    /// The partition is gone.
    package var closed: @Sendable (Int) -> Void
    /// The partition has nothing to read for now; said again and again while that lasts.
    package var idle: @Sendable (Int) -> Void
    /// Something worth a line in the log.
    package var report: @Sendable (KafkaReport) -> Void
    /// How many partitions each topic has; reading ends when there are more, for keys fall to others then. A topic that
    /// is not here may have any number.
    package var partitionsCounts: [String: Int]
    /// nil: none are made, and partitions are rebuilt from the beginnings of their logs.
    package var checkpoints: FeederCheckpoints?

    package init(
      decode:
        @escaping @Sendable (
          ByteRange, ByteRange, MessageHeaders, Int64, EventBatch
        ) -> Bool,
      abandon: @escaping @Sendable () -> Void,
      latestAccepted: @escaping @Sendable () -> EventTime,
      work: @escaping @Sendable (Int) -> any PartitionWork,
      closed: @escaping @Sendable (Int) -> Void, idle: @escaping @Sendable (Int) -> Void,
      report: @escaping @Sendable (KafkaReport) -> Void, partitionsCounts: [String: Int] = [:],
      checkpoints: FeederCheckpoints? = nil
    ) {
      self.decode = decode
      self.abandon = abandon
      self.latestAccepted = latestAccepted
      self.work = work
      self.closed = closed
      self.idle = idle
      self.report = report
      self.partitionsCounts = partitionsCounts
      self.checkpoints = checkpoints
    }
  }

  private let consumer: KafkaConsumer
  private let pipeline: Pipeline
  private let slots: PartitionSlots
  private let ports: Ports
  /// 0 = a partition without events never follows the clock.
  private let idleAfterNanoseconds: UInt64
  private let clock: @Sendable () -> UInt64
  private let isStopping = Atomic<Bool>(false)
  private let isDraining = Atomic<Bool>(false)
  private let said = Mutex(FeederSnapshot())
  /// Shortest time between two snapshots.
  private static let sayAfterNanoseconds: UInt64 = 200_000_000

  package init(
    consumer: KafkaConsumer, pipeline: Pipeline, slots: PartitionSlots, ports: Ports,
    idleAfter: TimeSpan, clock: @escaping @Sendable () -> UInt64
  ) {
    self.consumer = consumer
    self.pipeline = pipeline
    self.slots = slots
    self.ports = ports
    idleAfterNanoseconds = UInt64(max(0, idleAfter.milliseconds)) * 1_000_000
    self.clock = clock
  }

  /// The feeder finishes what it has taken and `run` returns.
  package func stop() { isStopping.store(true, ordering: .releasing) }

  /// As `stop`, after a last checkpoint of each partition, so that the next owner has nothing to read again.
  package func drain() { isDraining.store(true, ordering: .releasing) }

  /// What it does. Any thread.
  package var snapshot: FeederSnapshot { said.withLock { $0 } }

  /// Reads until `stop`, or until the consumer fails for good. Blocks.
  package func run() throws(KafkaError) {
    try consumer.subscribe()
    var state = FeederState(
      consumer: consumer, pipeline: pipeline, slots: slots, ports: ports, now: clock())
    var lastSaid: UInt64 = 0
    while !isStopping.load(ordering: .acquiring) {
      let now = clock()
      state.now = now
      if isDraining.load(ordering: .acquiring), state.drain() { break }
      state.placeHeld()
      // Before anything is taken: a partition whose message is parked must have no second one come.
      try state.align()
      // While the pipeline is full nothing is taken; librdkafka's own queue is bounded and stops fetching.
      if !state.isHolding, !state.isResting {
        try state.resumeAll()
        consumer.poll(timeoutMilliseconds: 10) { state.take($0) }
      } else if state.mustPause || state.isResting {
        try state.pauseAll()
        consumer.poll(timeoutMilliseconds: 10) { state.take($0) }
      }
      state.submitAll()
      for event in consumer.takeEvents() { try state.handle(event) }
      try state.assignPending()
      for line in consumer.takeLog() { ports.report(.log(line)) }
      state.followClock(now: now, after: idleAfterNanoseconds)
      state.checkpoint(clock: clock)
      if now &- lastSaid >= Self.sayAfterNanoseconds {
        lastSaid = now
        let snapshot = state.snapshot()
        said.withLock { $0 = snapshot }
      }
    }
    state.placeHeld(waitsMilliseconds: 5_000)
    state.submitAll()
    let snapshot = state.snapshot()
    said.withLock { $0 = snapshot }
  }
}

/// What happened to the consumer, for the log.
package enum KafkaReport: Sendable {
  case assigned([KafkaPartition], rebuilding: Int64)
  /// A partition goes on from a checkpoint; what lies between its position and the committed one is read in silence.
  case restored(KafkaPartition, CheckpointManifest, committed: Int64)
  /// A checkpoint that is not used, and why.
  case checkpointPassedOver(String)
  /// The last checkpoints of a job that ends were taken, or could not be in time.
  case drained(isWhole: Bool)
  case revoked([KafkaPartition])
  case lost([KafkaPartition])
  case failed(KafkaError)
  case log(KafkaLogLine)
}
