package import ThermoclineCore
package import ThermoclineEngine
package import ThermoclineHealth
package import ThermoclineKafka
package import ThermoclineWindows

/// Everything a streaming job needs to know, read and validated.
package struct StreamingSettings: Sendable {
  /// Where the brokers are, and every other property for librdkafka.
  package var kafka: KafkaSettings
  package var group: String
  package var inputTopics: [String]
  package var outputTopics: KafkaSink.Topics
  package var encoding = ValueEncoding.json
  package var policy = Policy.standard
  /// The files the policy was read from, which are followed; nil = the built-in one.
  package var policyFiles: [String]?
  /// How often they are looked at; zero = on SIGHUP only.
  package var policyPoll = TimeSpan.seconds(10)
  package var profiles: [String: AccountProfile] = [:]
  /// Compacted topic whose profiles go before those; nil = none.
  package var profilesTopic: String?
  /// Compacted topic of what people say of scores; nil = none.
  package var overridesTopic: String?
  /// Compacted topic of what people say of alerts; nil = none.
  package var controlsTopic: String?
  /// De-duplication and the accounts of users.
  package var intake = IntakeSettings()
  package var windows = WindowSettings(outOfOrderness: .minutes(1), allowedLateness: .hours(1))
  package var input = InputSettings()
  package var futureTolerance = Limits.futureToleranceDefault
  /// A partition without events for so long follows the clock; zero = never.
  package var idleAfter = TimeSpan.minutes(1)
  package var shards = 1
  /// The embedded broker knows at_least_once only.
  package var guarantee = DeliveryGuarantee.atLeastOnce
  /// A name that this process alone has in the group, and has again after a restart.
  package var instance: String?
  /// Transactions are used although the brokers only pretend to know them.
  package var isRehearsal = false
  /// Between two sets of checkpoints; they are made where `outputTopics.checkpoints` names a topic.
  package var checkpointInterval = TimeSpan.minutes(5)
  /// A folder for their chunks; nil = a start reads all of them from their topic.
  package var checkpointCache: String?
  package var commitInterval = TimeSpan(milliseconds: 100)
  package var changeMin = Points(0.5)
  /// An account silent for longer, with nothing left in its windows, is forgotten.
  package var forgetAfter = TimeSpan.days(400)

  package init(
    kafka: KafkaSettings, group: String, inputTopics: [String], outputTopics: KafkaSink.Topics
  ) {
    self.kafka = kafka
    self.group = group
    self.inputTopics = inputTopics
    self.outputTopics = outputTopics
  }
}
