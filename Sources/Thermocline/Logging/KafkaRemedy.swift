internal import ThermoclineKafka

/// What a person does about a Kafka error.
enum KafkaRemedy {
  /// About a step of a transaction that failed although the brokers answer.
  static let transaction =
    "nothing, unless it repeats: then look at the brokers' log and at the rights on the transactional id"

  /// About a setting that librdkafka refuses.
  static func text(ofSetting error: KafkaError) -> String {
    error.message.contains("libcurl")
      ? "this librdkafka was built without libcurl, as Debian's is: use SCRAM or client certificates, or install one "
        + "that has it; docs/operating.md says where from"
      : "change kafka.properties"
  }

  static func text(_ code: KafkaErrorCode) -> String {
    switch code {
    case .transport, .allBrokersDown, .timedOut, .messageTimedOut:
      "look at the brokers and the network; the job goes on by itself when they are back"
    case .unresolved: "look at kafka.brokers and at the name service"
    case .authentication:
      "look at security.protocol, sasl.* and ssl.* in kafka.properties, and at the broker's log"
    case let code where code.isUnknownTopic:
      "create the topic: thermocline topics create"
    case .topicNotAuthorized: "grant the topic to this client: thermocline check says which rights"
    case .messageTooLarge: "raise max.message.bytes of the output topics"
    case .assignmentLost, .rebalanceInProgress:
      "nothing, unless it repeats: then look at session.timeout.ms and max.poll.interval.ms"
    case .fenced: "stop the other instance that has the same transactional id"
    default: "if it repeats, look at the brokers' log"
    }
  }
}
