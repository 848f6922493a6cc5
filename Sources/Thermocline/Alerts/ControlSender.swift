internal import ThermoclineCodec
package import ThermoclineCore
package import ThermoclineKafka

/// Sets and clears what people say of alerts in its topic.
package struct ControlSender: Sendable {
  package var topic: String
  package var kafka: KafkaSettings

  package init(topic: String, kafka: KafkaSettings) {
    self.topic = topic
    self.kafka = kafka
  }

  /// Sends the control of the alert with a fingerprint, or with nil the tombstone that ends it; returns when the
  /// brokers have it. What the job would refuse is not sent.
  package func send(_ control: AlertControl?, of fingerprint: String) throws(JobFailure) {
    var value: [UInt8]?
    if let control {
      do throws(ProfileFault) { value = try AlertControlEncoder.checkedMessage(control) } catch {
        throw JobFailure(.usage, error.detail)
      }
    }
    try MessageSender(topic: topic, kafka: kafka, noun: "alert control")
      .send(key: Array(fingerprint.utf8), value: value)
  }
}
