package import ThermoclineCore
package import ThermoclineEngine

/// Publishes outputs to Kafka: at least once, outputs before offsets. A record that comes twice after a crash has
/// the same key and tick, so a consumer that upserts sees no difference.
package final class KafkaSink: OutputSink, Sendable {
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
  private let commitOffsets: @Sendable ([KafkaPosition], [KafkaPartition: EventTime]) -> Void
  /// Longest wait for the broker to take what was published.
  private static let flushMilliseconds: Int32 = 60_000

  /// `encoding`: nil = values stay JSON.
  /// `commitOffsets` is called with how far the input was read, and where the clock has brought time, once the outputs for it are with the broker.
  package init(
    _ settings: KafkaSettings, topics: Topics, encoding: OutputEncoding? = nil,
    slots: PartitionSlots, statistics: ProducerStatistics = ProducerStatistics(),
    commitOffsets: @escaping @Sendable ([KafkaPosition], [KafkaPartition: EventTime]) -> Void
  ) throws(KafkaError) {
    outputs = try KafkaOutputs(settings, topics, encoding, statistics)
    self.slots = slots
    self.commitOffsets = commitOffsets
  }

  package func publish(_ batch: OutputBatch) throws(OutputSinkError) {
    do throws(KafkaError) { try outputs.produce(batch) } catch {
      throw OutputSinkError("publishing failed: \(error)")
    }
  }

  package func commit(_ progress: [PartitionProgress]) throws(OutputSinkError) {
    let producer = outputs.producer
    do throws(KafkaError) { try producer.flush(timeoutMilliseconds: Self.flushMilliseconds) } catch
    {
      throw OutputSinkError("the broker did not take the outputs: \(error)")
    }
    let deliveries = producer.deliveries
    if deliveries.failedCount > 0 {
      let why = deliveries.firstError.map { ": \($0)" } ?? ""
      throw OutputSinkError("\(deliveries.failedCount) outputs could not be delivered\(why)")
    }
    let positions = slots.positions(progress)
    if !positions.isEmpty { commitOffsets(positions, slots.clocks(progress)) }
  }
}
