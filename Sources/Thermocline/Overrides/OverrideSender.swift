internal import ThermoclineCodec
package import ThermoclineCore
package import ThermoclineKafka

/// Sets and clears overrides in their topic.
package struct OverrideSender: Sendable {
  package var topic: String
  package var kafka: KafkaSettings

  package init(topic: String, kafka: KafkaSettings) {
    self.topic = topic
    self.kafka = kafka
  }

  /// Sends an account's override, or with nil the tombstone that ends it; returns when the brokers have it. What the job
  /// would refuse is not sent.
  package func send(_ override: ScoreOverride?, of account: String) throws(JobFailure) {
    let value = override.map { ScoreOverrideEncoder.message($0) }
    do throws(ProfileFault) {
      _ = try AccountMessage.account(key: Array(account.utf8))
      if let value { _ = try ScoreOverrideDecoder.decode(value) }
    } catch {
      throw JobFailure(.usage, error.detail)
    }
    var settings = kafka
    if settings["acks"] == nil { settings["acks"] = "all" }
    do throws(KafkaError) {
      _ = try KafkaMetadata.fetch(settings, topics: [topic], timeoutMilliseconds: 10_000)
      let producer = try KafkaProducer(settings)
      let result = try producer.produce(
        to: try producer.topic(topic), key: Array(account.utf8), value: value)
      precondition(result == .queued, "an empty queue takes one message")
      try producer.flush(timeoutMilliseconds: 30_000)
      if let error = producer.deliveries.firstError { throw error }
    } catch {
      throw JobFailure(.unavailable, "the override was not sent to \(topic): \(error)")
    }
  }
}
