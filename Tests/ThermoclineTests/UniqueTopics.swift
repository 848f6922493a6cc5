import ThermoclineKafka
import ThermoclineKafkaTestKit

extension KafkaSink.Topics {
  /// Output topics that nobody else has.
  static func unique(
    withCheckpoints: Bool = false, withSegments: Bool = false
  ) -> KafkaSink.Topics {
    KafkaSink.Topics(
      scores: TestBroker.unique("scores"), changes: TestBroker.unique("changes"),
      alerts: TestBroker.unique("alerts"), rollups: TestBroker.unique("rollups"),
      deadLetters: TestBroker.unique("letters"),
      checkpoints: withCheckpoints ? TestBroker.unique("checkpoints") : nil,
      segments: withSegments ? TestBroker.unique("segments") : nil)
  }
}
