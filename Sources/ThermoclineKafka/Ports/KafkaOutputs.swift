internal import ThermoclineCore
internal import ThermoclineEngine

/// A producer and the topics that outputs go to.
final class KafkaOutputs: Sendable {
  let producer: KafkaProducer
  /// By the streams' numbers; nil = goes nowhere.
  private let topics: [KafkaTopic?]
  private let encoding: OutputEncoding?

  init(
    _ settings: KafkaSettings, _ topics: KafkaSink.Topics, _ encoding: OutputEncoding?,
    _ statistics: ProducerStatistics
  ) throws(KafkaError) {
    self.encoding = encoding
    producer = try KafkaProducer(settings)
    statistics.follow(producer)
    var places = [KafkaTopic?](repeating: nil, count: OutputStream.allCases.count)
    places[OutputStream.scores.rawValue] = try producer.topic(topics.scores)
    places[OutputStream.changes.rawValue] = try producer.topic(topics.changes)
    places[OutputStream.alerts.rawValue] = try producer.topic(topics.alerts)
    places[OutputStream.deadLetters.rawValue] = try producer.topic(topics.deadLetters)
    places[OutputStream.rollups.rawValue] = try producer.topic(topics.rollups)
    if let usage = topics.usage {
      places[OutputStream.usage.rawValue] = try producer.topic(usage)
    }
    if let checkpoints = topics.checkpoints {
      places[OutputStream.checkpoints.rawValue] = try producer.topic(checkpoints)
    }
    if let segments = topics.segments {
      places[OutputStream.segments.rawValue] = try producer.topic(segments)
    }
    self.topics = places
  }

  /// Hands the records over, in order; waits while the producer's queue is full.
  func produce(_ batch: OutputBatch) throws(KafkaError) {
    // A score that moved stands twice in a row, with the same bytes.
    var last: Encoded?
    for record in batch.records {
      guard let topic = topics[record.stream.rawValue] else { continue }
      guard let encoding, !record.value.isEmpty, let header = encoding.header(record.stream) else {
        try produce(record, of: batch, to: topic)
        continue
      }
      let encoded: Encoded
      if let last, last.source == record.value, last.header == header {
        encoded = last
      } else {
        encoded = try encode(record, of: batch, encoding, header)
        last = encoded
      }
      let key = Array(batch.bytes[record.key])
      while try producer.produce(
        to: topic, key: key, value: encoded.value, headers: [header]) == .queueFull
      {
        producer.poll(timeoutMilliseconds: 10)
      }
    }
    producer.poll(timeoutMilliseconds: 0)
  }

  /// A value in its other form.
  private struct Encoded {
    /// Where the JSON stands in its batch.
    var source: Range<Int>
    var header: KafkaHeader
    var value: [UInt8]
  }

  private func encode(
    _ record: OutputRecord, of batch: OutputBatch, _ encoding: OutputEncoding, _ header: KafkaHeader
  ) throws(KafkaError) -> Encoded {
    do {
      let value = try encoding.encode(record.stream, Array(batch.bytes[record.value]))
      return Encoded(source: record.value, header: header, value: value)
    } catch {
      throw KafkaError(
        .invalidArgument, "a value of \(record.stream) has no other encoding: \(error)")
    }
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
