/// A librdkafka error code: negative for the client's own, positive for the broker's. Open: a code
/// that has no name here is as good as any other.
package struct KafkaErrorCode: RawRepresentable, Hashable, Sendable {
  /// The number of `rd_kafka_resp_err_t`.
  package let rawValue: Int32

  package init(rawValue: Int32) { self.rawValue = rawValue }

  /// An argument or a setting is not acceptable.
  package static let invalidArgument = KafkaErrorCode(rawValue: -186)
  /// A topic's or broker's answer did not come in time.
  package static let timedOut = KafkaErrorCode(rawValue: -185)
  /// The connection failed or could not be made.
  package static let transport = KafkaErrorCode(rawValue: -195)
  /// No broker can be reached.
  package static let allBrokersDown = KafkaErrorCode(rawValue: -187)
  /// A broker's name does not resolve.
  package static let unresolved = KafkaErrorCode(rawValue: -193)
  /// The broker refused the credentials.
  package static let authentication = KafkaErrorCode(rawValue: -169)
  /// The brokers do not know the request.
  package static let unsupported = KafkaErrorCode(rawValue: -165)
  /// The producer's queue is full.
  package static let queueFull = KafkaErrorCode(rawValue: -184)
  /// A record was not delivered before its time was up.
  package static let messageTimedOut = KafkaErrorCode(rawValue: -192)
  /// A call that does not fit the client's state.
  package static let state = KafkaErrorCode(rawValue: -172)
  /// The partitions were taken away without being asked for: do not commit.
  package static let assignmentLost = KafkaErrorCode(rawValue: -142)
  /// A newer producer with the same transactional id has taken over.
  package static let fenced = KafkaErrorCode(rawValue: -144)
  /// The client is not usable any more.
  package static let fatal = KafkaErrorCode(rawValue: -150)
  /// The topic or partition is known neither to the client nor to the broker.
  package static let unknownPartition = KafkaErrorCode(rawValue: -190)
  /// The topic is not known to the client after it has asked.
  package static let unknownTopic = KafkaErrorCode(rawValue: -188)
  /// The broker does not know the topic or the partition.
  package static let unknownTopicOrPartition = KafkaErrorCode(rawValue: 3)
  /// The broker refused a record for its size.
  package static let messageTooLarge = KafkaErrorCode(rawValue: 10)
  /// The broker does not let this client use the topic.
  package static let topicNotAuthorized = KafkaErrorCode(rawValue: 29)
  /// The group has gone on to another generation.
  package static let illegalGeneration = KafkaErrorCode(rawValue: 22)
  /// The group does not know the member.
  package static let unknownMember = KafkaErrorCode(rawValue: 25)
  /// There are fewer brokers than copies wanted.
  package static let invalidReplication = KafkaErrorCode(rawValue: 38)
  /// The brokers know no such group.
  package static let groupNotFound = KafkaErrorCode(rawValue: 69)
  /// The broker does not let this client use the group.
  package static let groupNotAuthorized = KafkaErrorCode(rawValue: 30)
  /// The broker does not let this client do what it asks for.
  package static let clusterNotAuthorized = KafkaErrorCode(rawValue: 31)
  /// The broker does not know this version of the request.
  package static let unsupportedVersion = KafkaErrorCode(rawValue: 35)
  /// The broker lacks what is needed.
  package static let unsupportedFeature = KafkaErrorCode(rawValue: -165)
  /// A producer of an older epoch of its transactional id.
  package static let invalidProducerEpoch = KafkaErrorCode(rawValue: 47)
  /// The broker allows no transaction to last so long.
  package static let invalidTransactionTimeout = KafkaErrorCode(rawValue: 50)
  /// The broker does not let this client use the transactional id.
  package static let transactionalIDNotAuthorized = KafkaErrorCode(rawValue: 53)
  /// Another process has the `group.instance.id`.
  package static let fencedInstance = KafkaErrorCode(rawValue: 82)
  /// As `fenced`, from a broker.
  package static let producerFenced = KafkaErrorCode(rawValue: 90)
  /// The group is rebalancing: try again after it.
  package static let rebalanceInProgress = KafkaErrorCode(rawValue: 27)
}

extension KafkaErrorCode {
  /// Whether a topic or partition is not there.
  package var isUnknownTopic: Bool {
    [.unknownTopic, .unknownTopicOrPartition, .unknownPartition].contains(self)
  }
}
