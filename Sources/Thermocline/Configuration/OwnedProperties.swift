internal import ThermoclineKafka

/// librdkafka properties that the job sets, and where to say it instead.
enum OwnedProperties {
  /// By whichever of its names; nil for a property that is not the job's own.
  static func instead(of name: String) -> String? { instead[KafkaPropertyName.canonical(name)] }

  static let instead: [String: String] = [
    "bootstrap.servers": "kafka.brokers",
    "group.id": "kafka.group", "enable.auto.commit": "nothing: offsets follow the outputs",
    "auto.commit.interval.ms": "processing.commit_interval",
    "enable.auto.offset.store": "nothing: offsets follow the outputs",
    "auto.offset.reset": "nothing: the windows are rebuilt from the oldest record",
    "partition.assignment.strategy": "nothing: cooperative-sticky",
    "enable.idempotence": "nothing: it is on",
    "acks": "nothing: all, for what one broker has is lost with it",
    "max.in.flight": "nothing: as many as keep the order of the records",
    "enable.gapless.guarantee":
      "nothing: a transaction or the end of the job is the answer to a gap",
    "statistics.interval.ms": "nothing: every 5 s, for the metrics",
    "transactional.id": "kafka.instance: it is made of that and the group",
    "group.instance.id": "kafka.instance",
    "enable.partition.eof": "nothing: the job wants to know where a log ends",
    "isolation.level": "nothing: read_committed",
    "partitioner": "nothing: murmur2_random, as the Java client",
  ]
}
