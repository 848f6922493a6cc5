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
    try MessageSender(topic: topic, kafka: kafka, noun: "override")
      .send(key: Array(account.utf8), value: value)
  }
}
