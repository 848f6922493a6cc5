internal import ThermoclineKafka

/// Sends single messages that a person has to say, and waits until the brokers have each.
struct MessageSender: Sendable {
  var topic: String
  var kafka: KafkaSettings
  /// What the messages are called: `override`.
  var noun: String

  /// Sends a message; nil is a tombstone.
  func send(key: [UInt8], value: [UInt8]?) throws(JobFailure) {
    var settings = kafka
    if settings["acks"] == nil { settings["acks"] = "all" }
    do throws(KafkaError) {
      _ = try KafkaMetadata.fetch(settings, topics: [topic], timeoutMilliseconds: 10_000)
      let producer = try KafkaProducer(settings)
      let result = try producer.produce(to: try producer.topic(topic), key: key, value: value)
      precondition(result == .queued, "an empty queue takes one message")
      try producer.flush(timeoutMilliseconds: 30_000)
      if let error = producer.deliveries.firstError { throw error }
    } catch {
      throw JobFailure(.unavailable, "the \(noun) was not sent to \(topic): \(error)")
    }
  }
}
