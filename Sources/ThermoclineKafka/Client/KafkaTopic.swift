internal import CRdkafka

/// A topic as one client knows it: spares the look-up by name for each record.
///
/// SAFETY: owns one reference to the `rd_kafka_topic_t`, given back in deinit; it keeps the client alive, and
/// librdkafka allows the use from every thread.
@safe package final class KafkaTopic: @unchecked Sendable {
  /// The topic's name.
  package let name: String
  let pointer: OpaquePointer
  let client: KafkaHandle

  init(_ name: String, of client: KafkaHandle) throws(KafkaError) {
    guard let made = unsafe rd_kafka_topic_new(client.pointer, name, nil) else {
      throw KafkaError(rd_kafka_last_error(), "topic `\(name)`")
        ?? KafkaError(.invalidArgument, "topic `\(name)` is not acceptable")
    }
    self.name = name
    self.client = client
    unsafe pointer = made
  }

  deinit { unsafe rd_kafka_topic_destroy(pointer) }
}
