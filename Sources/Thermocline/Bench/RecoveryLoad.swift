internal import Synchronization
internal import ThermoclineCore
internal import ThermoclineEngine

/// The partitions of a job in a pipeline, fed with events and asked for checkpoints as the Kafka feeder does it.
final class RecoveryLoad {
  let pipeline: Pipeline
  private let publisher: Publisher
  private let quiet: QuietAccounts
  private let partitions: Int
  private var batches: [EventBatch?]
  private var position: Int64
  private var draws = SplitMix64(seed: 7, stream: 2)

  /// `open` opens a partition on its shard.
  init(
    _ quiet: QuietAccounts, partitions: Int, shards: Int, sink: any OutputSink,
    position: Int64 = 0, open: @escaping @Sendable (_ partition: Int, _ shard: Shard) -> Void
  ) {
    self.quiet = quiet
    self.partitions = partitions
    self.position = position
    batches = Array(repeating: nil, count: partitions)
    let pipeline = Pipeline(shards: shards, clock: monotonicNanoseconds)
    self.pipeline = pipeline
    publisher = Publisher(pipeline, sink)
    pipeline.flush { shard in
      for partition in 0..<partitions where pipeline.shard(of: partition) === shard {
        open(partition, shard)
      }
    }
  }

  static func name(_ partition: Int) -> String {
    CheckpointKey.name(group: "bench", topic: "events", partition: Int32(partition))
  }

  func add(_ account: Int, _ time: EventTime) {
    let partition = account % partitions
    let batch = batches[partition] ?? takeBatch(partition)
    batches[partition] = batch
    quiet.add(account, time, &draws, to: batch)
    if batch.isFull { submit(partition) }
  }

  /// Everything that was added is applied, published and committed.
  func commit() {
    for partition in 0..<partitions { submit(partition) }
    pipeline.commitAll()
  }

  /// A set of checkpoints, one partition after the other.
  func checkpoint(_ slot: CheckpointKey.Slot, sequence: Int64) {
    for partition in 0..<partitions {
      let answer = Mutex(CheckpointOutcome.unsettled)
      while answer.withLock({ $0 }) == .unsettled {
        pipeline.flush { [pipeline] shard in
          guard pipeline.shard(of: partition) === shard else { return }
          shard.withPartitions { $1.settle($2) }
          let outcome = shard.checkpoint(
            partition, Self.request(partition, slot, sequence: sequence))
          answer.withLock { $0 = outcome }
        }
      }
    }
    pipeline.commitAll()
  }

  /// Feeds random accounts as fast as the pipeline takes them, for a time by the clock, with checkpoints where there is a
  /// schedule. Gives the number of events; event time goes on by `step` with each.
  func run(
    seconds: Int, from start: EventTime, step: Double, schedule: inout CheckpointSchedule?
  ) -> Int {
    let answer = Mutex<(CheckpointOutcome, UInt64)?>(nil)
    let until = monotonicNanoseconds() + UInt64(seconds) * 1_000_000_000
    var random = SplitMix64(seed: 7, stream: 3)
    var asked: CheckpointSchedule.Turn?
    var count = 0
    while monotonicNanoseconds() < until {
      for _ in 0..<4_096 {
        let account = Int(random.next() % UInt64(quiet.accounts))
        add(account, start + TimeSpan(milliseconds: Int64(Double(count) * step)))
        count += 1
      }
      let now = monotonicNanoseconds()
      if let turn = asked, let (outcome, took) = answer.withLock({ $0 }) {
        schedule?.note(turn, outcome, took: took, now: now)
        asked = nil
      }
      guard asked == nil,
        let turn = schedule?.next(now: now, wallClock: Int64(now / 1_000_000))
      else { continue }
      asked = turn
      answer.withLock { $0 = nil }
      pipeline.shard(of: turn.partition).perform { shard in
        let begin = monotonicNanoseconds()
        let outcome = shard.checkpoint(
          turn.partition,
          Self.request(
            turn.partition, turn.slot, sequence: turn.sequence, isRepeated: turn.isRepeated))
        answer.withLock { $0 = (outcome, monotonicNanoseconds() - begin) }
      }
    }
    commit()
    return count
  }

  /// Stops the publisher.
  func finish() { publisher.finish() }

  private static func request(
    _ partition: Int, _ slot: CheckpointKey.Slot, sequence: Int64, isRepeated: Bool = false
  ) -> CheckpointRequest {
    CheckpointRequest(
      name: name(partition), slot: slot, sequence: sequence, fingerprint: 0,
      takenAt: .distantPast, isRepeated: isRepeated)
  }

  private func takeBatch(_ partition: Int) -> EventBatch {
    while true {
      // While a partition waits for others, these must have what they wait for.
      if pipeline.isHeldUp(partition) { for other in 0..<partitions { submit(other) } }
      if let batch = pipeline.takeBatch(partition: partition, waitMilliseconds: 100) {
        batch.isBehind = true
        return batch
      }
    }
  }

  private func submit(_ partition: Int) {
    guard let batch = batches[partition] else { return }
    batches[partition] = nil
    position += 1
    batch.nextPosition = position
    pipeline.shard(of: partition).submit(batch, partition: partition)
  }
}
