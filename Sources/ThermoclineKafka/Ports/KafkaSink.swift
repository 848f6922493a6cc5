internal import Synchronization
internal import ThermoclineCore
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

    package init(
      scores: String, changes: String, alerts: String, rollups: String, deadLetters: String,
      usage: String? = nil
    ) {
      self.scores = scores
      self.changes = changes
      self.alerts = alerts
      self.rollups = rollups
      self.deadLetters = deadLetters
      self.usage = usage
    }

    package var all: [String] {
      [scores, changes, alerts, rollups, deadLetters] + (usage.map { [$0] } ?? [])
    }
  }

  private let producer: KafkaProducer
  /// By the streams' numbers; nil = goes nowhere.
  private let topics: [KafkaTopic?]
  private let slots: PartitionSlots
  private let commitOffsets: @Sendable ([KafkaPosition]) -> Void
  /// Longest wait for the broker to take what was published.
  private static let flushMilliseconds: Int32 = 60_000

  /// `commitOffsets` is called with how far the input was read once the outputs for it are with the broker.
  package init(
    _ settings: KafkaSettings, topics: Topics, slots: PartitionSlots,
    commitOffsets: @escaping @Sendable ([KafkaPosition]) -> Void
  ) throws(KafkaError) {
    producer = try KafkaProducer(settings)
    var places = [KafkaTopic?](repeating: nil, count: OutputStream.allCases.count)
    places[OutputStream.scores.rawValue] = try producer.topic(topics.scores)
    places[OutputStream.changes.rawValue] = try producer.topic(topics.changes)
    places[OutputStream.alerts.rawValue] = try producer.topic(topics.alerts)
    places[OutputStream.deadLetters.rawValue] = try producer.topic(topics.deadLetters)
    places[OutputStream.rollups.rawValue] = try producer.topic(topics.rollups)
    if let usage = topics.usage {
      places[OutputStream.usage.rawValue] = try producer.topic(usage)
    }
    self.topics = places
    self.slots = slots
    self.commitOffsets = commitOffsets
  }

  package func publish(_ batch: OutputBatch) throws(OutputSinkError) {
    do throws(KafkaError) {
      for record in batch.records {
        guard let topic = topics[record.stream.rawValue] else { continue }
        try produce(record, of: batch, to: topic)
      }
    } catch { throw OutputSinkError("publishing failed: \(error)") }
    producer.poll(timeoutMilliseconds: 0)
  }

  package func commit(_ progress: [PartitionProgress]) throws(OutputSinkError) {
    do throws(KafkaError) { try producer.flush(timeoutMilliseconds: Self.flushMilliseconds) } catch
    {
      throw OutputSinkError("the broker did not take the outputs: \(error)")
    }
    let deliveries = producer.deliveries
    if deliveries.failedCount > 0 {
      let why = deliveries.firstError.map { ": \($0)" } ?? ""
      throw OutputSinkError("\(deliveries.failedCount) outputs could not be delivered\(why)")
    }
    let positions = progress.filter { $0.nextPosition > 0 }.map {
      KafkaPosition(slots[$0.partition], offset: $0.nextPosition)
    }
    if !positions.isEmpty { commitOffsets(positions) }
  }

  private func produce(
    _ record: OutputRecord, of batch: OutputBatch, to topic: KafkaTopic
  ) throws(KafkaError) {
    let headers = record.origin.map { origin in
      LetterHeaders.of(
        origin, isCompressed: batch.bytes[record.value].starts(with: [0x1F, 0x8B]))
    }
    let isLetter = record.stream == .deadLetters
    // SAFETY: the batch does not change meanwhile; librdkafka copies what it is given.
    let text = batch.bytes
    unsafe try text.span.bytes.withUnsafeBytes { bytes throws(KafkaError) in
      let key = unsafe UnsafeRawBufferPointer(rebasing: bytes[record.key])
      let value = unsafe UnsafeRawBufferPointer(rebasing: bytes[record.value])
      // A refused message may be empty; an empty score is a tombstone.
      while unsafe try producer.produce(
        to: topic, keyBytes: isLetter && key.isEmpty ? nil : key,
        valueBytes: !isLetter && value.isEmpty ? nil : value, headers: headers ?? []) == .queueFull
      {
        producer.poll(timeoutMilliseconds: 10)
      }
    }
  }
}
