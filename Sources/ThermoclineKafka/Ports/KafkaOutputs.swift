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

  /// Hands the records over, in order, from a number on; waits so long while the producer's queue is full.
  /// - Returns: the number of the first that was not handed over.
  func produce(
    _ batch: OutputBatch, from first: Int, waitMilliseconds: Int32
  ) throws(KafkaError) -> Int {
    var waited: Int32 = 0
    var next = first
    // A score that moved stands twice in a row, with the same bytes.
    var last: Encoded?
    while next < batch.records.count {
      let record = batch.records[next]
      if let topic = topics[record.stream.rawValue],
        try produce(record, of: batch, to: topic, &last) == .queueFull
      {
        guard waited < waitMilliseconds else { return next }
        producer.poll(timeoutMilliseconds: Self.pollMilliseconds)
        waited += Self.pollMilliseconds
      } else {
        next += 1
      }
    }
    producer.poll(timeoutMilliseconds: 0)
    return next
  }

  private static let pollMilliseconds: Int32 = 10

  /// A value in its other form.
  private struct Encoded {
    /// Where the JSON stands in its batch.
    var source: Range<Int>
    var header: KafkaHeader
    var value: [UInt8]
  }

  private func produce(
    _ record: OutputRecord, of batch: OutputBatch, to topic: KafkaTopic, _ last: inout Encoded?
  ) throws(KafkaError) -> ProduceResult {
    guard let encoding, !record.value.isEmpty, let header = encoding.header(record.stream) else {
      return try produce(record, of: batch, to: topic)
    }
    if last?.source != record.value || last?.header != header {
      last = try encode(record, of: batch, encoding, header)
    }
    return try producer.produce(
      to: topic, key: Array(batch.bytes[record.key]), value: last!.value, headers: [header])
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
  ) throws(KafkaError) -> ProduceResult {
    let headers = record.origin.map { origin in
      LetterHeaders.of(
        origin, isCompressed: batch.bytes[record.value].starts(with: [0x1F, 0x8B]))
    }
    let isLetter = record.stream == .deadLetters
    // SAFETY: the batch does not change meanwhile; librdkafka copies what it is given.
    let text = batch.bytes
    return unsafe try text.span.bytes.withUnsafeBytes { bytes throws(KafkaError) in
      let key = unsafe UnsafeRawBufferPointer(rebasing: bytes[record.key])
      let value = unsafe UnsafeRawBufferPointer(rebasing: bytes[record.value])
      // A refused message may be empty; an empty score is a tombstone.
      return unsafe try producer.produce(
        to: topic, keyBytes: isLetter && key.isEmpty ? nil : key,
        valueBytes: !isLetter && value.isEmpty ? nil : value, headers: headers ?? [])
    }
  }
}
