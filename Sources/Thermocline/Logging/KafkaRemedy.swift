internal import ThermoclineKafka

/// What a person does about a Kafka error.
enum KafkaRemedy {
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
