internal import CRdkafka
internal import Synchronization

/// Writes records, idempotently unless told otherwise, in transactions when `transactional.id` is set.
///
/// Thread: any call from any thread, the calls of one transaction one after the other; one publish thread is
/// the intended use.
package final class KafkaProducer: Sendable {
  let client: KafkaHandle

  /// Makes a client; connects in the background. Keys go to partitions as the Java client sends them
  /// (`murmur2_random`).
  package init(_ settings: KafkaSettings) throws(KafkaError) {
    client = try KafkaHandle(.producer, settings.completed(by: Self.defaults))
  }

  private static let defaults: KafkaSettings = [
    "enable.idempotence": "true",
    "partitioner": "murmur2_random",
  ]

  /// The topic to produce to, made once and reused. Whether it exists shows at delivery.
  package func topic(_ name: String) throws(KafkaError) -> KafkaTopic {
    try KafkaTopic(name, of: client)
  }

  /// Hands one record over; its bytes are copied.
  /// - Parameters:
  ///   - partition: nil = by the key; without a key, any.
  ///   - valueBytes: nil = a tombstone.
  ///   - timestampMilliseconds: since 1970; nil = now.
  package func produce(
    to topic: KafkaTopic, partition: Int32? = nil, keyBytes key: UnsafeRawBufferPointer?,
    valueBytes value: UnsafeRawBufferPointer?, headers: [KafkaHeader] = [],
    timestampMilliseconds: Int64? = nil
  ) throws(KafkaError) -> ProduceResult {
    precondition(topic.client === client, "the topic belongs to another client")
    let headersList = unsafe headers.isEmpty ? nil : makeHeaders(headers)
    // SAFETY: key and value are copied by the call; the headers are librdkafka's after a success only. An
    // empty buffer may have no address, but NULL would mean "none".
    let code = unsafe withUnsafeBytes(of: UInt8(0)) { empty in
      unsafe thermocline_rd_kafka_produce(
        client.pointer, topic.pointer, partition ?? -1,
        key.map { unsafe $0.baseAddress ?? empty.baseAddress.unsafelyUnwrapped }, key?.count ?? 0,
        value.map { unsafe $0.baseAddress ?? empty.baseAddress.unsafelyUnwrapped },
        value?.count ?? 0,
        timestampMilliseconds ?? 0, headersList)
    }
    guard let error = KafkaError(code, "produce to `\(topic.name)`") else { return .queued }
    if let headersList = unsafe headersList { unsafe rd_kafka_headers_destroy(headersList) }
    guard error.code == .queueFull else { throw error }
    return .queueFull
  }

  /// As above, for bytes in arrays.
  package func produce(
    to topic: KafkaTopic, partition: Int32? = nil, key: [UInt8]?, value: [UInt8]?,
    headers: [KafkaHeader] = [], timestampMilliseconds: Int64? = nil
  ) throws(KafkaError) -> ProduceResult {
    unsafe try withBytes(key) { key throws(KafkaError) in
      unsafe try withBytes(value) { value throws(KafkaError) in
        unsafe try produce(
          to: topic, partition: partition, keyBytes: key, valueBytes: value, headers: headers,
          timestampMilliseconds: timestampMilliseconds)
      }
    }
  }

  /// Takes delivery reports, waiting at most `timeoutMilliseconds` for the first.
  package func poll(timeoutMilliseconds: Int32) {
    unsafe rd_kafka_poll(client.pointer, timeoutMilliseconds)
  }

  /// Sends what is queued and waits for its fate. Throws when the time is up before.
  package func flush(timeoutMilliseconds: Int32) throws(KafkaError) {
    let code = unsafe rd_kafka_flush(client.pointer, timeoutMilliseconds)
    if let error = KafkaError(code, "flush to \(client.addresses)") { throw error }
  }

  /// Records (and events) queued or under way.
  package var queuedCount: Int { unsafe Int(rd_kafka_outq_len(client.pointer)) }

  /// Deliveries counted since creation or the last `resetDeliveries`.
  package var deliveries: KafkaDeliveries {
    KafkaDeliveries(
      deliveredCount: client.inbox.deliveredCount.load(ordering: .relaxed),
      failedCount: client.inbox.failedCount.load(ordering: .relaxed),
      firstError: client.inbox.firstDeliveryError)
  }

  /// Begins counting anew, for example with each transaction.
  package func resetDeliveries() { client.inbox.resetDeliveries() }

  /// What failed in the background since the last call.
  package func takeEvents() -> [KafkaEvent] { client.inbox.takeEvents() }

  /// librdkafka's log lines since the last call.
  package func takeLog() -> [KafkaLogLine] { client.inbox.takeLog() }

  /// librdkafka's statistics, its newest JSON document; nil without `statistics.interval.ms`, and before the first. Any
  /// thread.
  package var statistics: [UInt8]? { client.inbox.statistics }

  /// Drops what is queued and under way, without waiting: it counts as failed at the next poll.
  package func purge() {
    unsafe rd_kafka_purge(client.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
  }

  /// A header list that the caller owns.
  private func makeHeaders(_ headers: [KafkaHeader]) -> OpaquePointer {
    // SAFETY: names and values are copied; −1 lets librdkafka measure the name.
    let list: OpaquePointer = unsafe rd_kafka_headers_new(headers.count)
    for header in headers {
      unsafe withBytes(header.value) { value in
        _ = unsafe withUnsafeBytes(of: UInt8(0)) { empty in
          unsafe rd_kafka_header_add(
            list, header.name, -1,
            value.map { unsafe $0.baseAddress ?? empty.baseAddress.unsafelyUnwrapped },
            value?.count ?? 0)
        }
      }
    }
    return unsafe list
  }
}

/// The bytes of an array for the time of a call; nil for nil.
private func withBytes<Result, Failure: Error>(
  _ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) throws(Failure) -> Result
) throws(Failure) -> Result {
  guard let bytes else { return try body(nil) }
  return unsafe try bytes.span.bytes.withUnsafeBytes { bytes throws(Failure) in
    unsafe try body(bytes)
  }
}
