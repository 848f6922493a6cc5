package import ThermoclineEngine

/// Publishes outputs to Kafka: at least once, outputs before offsets. A record that comes twice after a crash has
/// the same key and tick, so a consumer that upserts sees no difference. While the brokers are away it waits, with what
/// the producer's queue holds and one batch more.
package final class KafkaSink: OutputSink {
  /// Names of the output topics.
  package struct Topics: Sendable, Equatable {
    package var scores: String
    package var changes: String
    package var alerts: String
    package var rollups: String
    package var deadLetters: String
    /// nil where the policy publishes no usage.
    package var usage: String?
    /// nil where none are made.
    package var checkpoints: String?
    /// Where instances tell each other of days; nil = they do not.
    package var segments: String?

    package init(
      scores: String, changes: String, alerts: String, rollups: String, deadLetters: String,
      usage: String? = nil, checkpoints: String? = nil, segments: String? = nil
    ) {
      self.scores = scores
      self.changes = changes
      self.alerts = alerts
      self.rollups = rollups
      self.deadLetters = deadLetters
      self.usage = usage
      self.checkpoints = checkpoints
      self.segments = segments
    }

    package var all: [String] {
      [scores, changes, alerts, rollups, deadLetters]
        + [usage, checkpoints, segments].compactMap { $0 }
    }
  }

  private let outputs: KafkaOutputs
  private let slots: PartitionSlots
  private let partitionsCounts: [String: Int]
  private let commitOffsets: @Sendable ([KafkaPosition], [KafkaPartition: CommitMark]) -> Void
  /// Longest wait for the brokers in one call. While they are away, the call is made again and again.
  private let waitMilliseconds: Int32
  /// The batch whose records are handed over, and the number of the first that was not: the producer's queue is full.
  private let pending = OutputBatch()
  private var next = 0

  /// `encoding`: nil = values stay JSON.
  /// `commitOffsets` is called with how far the input was read, and what is said beside that, once the outputs for it are with the broker.
  package init(
    _ settings: KafkaSettings, topics: Topics, encoding: OutputEncoding? = nil,
    slots: PartitionSlots, partitionsCounts: [String: Int] = [:],
    statistics: ProducerStatistics = ProducerStatistics(),
    waitMilliseconds: Int32 = 1_000,
    commitOffsets: @escaping @Sendable ([KafkaPosition], [KafkaPartition: CommitMark]) -> Void
  ) throws(KafkaError) {
    outputs = try KafkaOutputs(settings, topics, encoding, statistics)
    self.slots = slots
    self.partitionsCounts = partitionsCounts
    self.waitMilliseconds = waitMilliseconds
    self.commitOffsets = commitOffsets
  }

  package func makeRoom() throws(OutputSinkError) {
    guard next < pending.records.count else { return }
    do throws(KafkaError) {
      next = try outputs.produce(pending, from: next, waitMilliseconds: waitMilliseconds)
    } catch { throw OutputSinkError("publishing failed: \(error)") }
    guard next < pending.records.count else { return }
    try checkDeliveries()
    throw OutputSinkError(
      "\(outputs.producer.queuedCount) outputs wait for the brokers", isPassing: true)
  }

  package func publish(_ batch: OutputBatch) throws(OutputSinkError) {
    pending.clear()
    batch.exchangeRecords(with: pending)
    next = 0
    do throws(OutputSinkError) { try makeRoom() } catch {
      // What is left goes out before the next batch.
      guard error.isPassing else { throw error }
    }
  }

  package func commit(_ progress: [PartitionProgress]) throws(OutputSinkError) {
    try makeRoom()
    do throws(KafkaError) {
      try outputs.producer.flush(timeoutMilliseconds: waitMilliseconds)
    } catch {
      try checkDeliveries()
      throw OutputSinkError(
        "\(outputs.producer.queuedCount) outputs wait for the brokers", isPassing: error.isOutage)
    }
    try checkDeliveries()
    let positions = slots.positions(progress)
    if !positions.isEmpty {
      commitOffsets(positions, slots.marks(progress, partitionsCounts: partitionsCounts))
    }
  }

  package func discard() throws(OutputSinkError) {
    pending.clear()
    next = 0
  }

  /// Whatever the brokers have refused for good, waiting does not mend.
  private func checkDeliveries() throws(OutputSinkError) {
    let deliveries = outputs.producer.deliveries
    guard deliveries.failedCount > 0 else { return }
    let why = deliveries.firstError.map { ": \($0)" } ?? ""
    throw OutputSinkError("\(deliveries.failedCount) outputs could not be delivered\(why)")
  }
}
