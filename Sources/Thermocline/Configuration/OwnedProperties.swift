/// librdkafka properties that the job sets, and where to say it instead.
enum OwnedProperties {
  static let instead: [String: String] = [
    "bootstrap.servers": "kafka.brokers", "metadata.broker.list": "kafka.brokers",
    "group.id": "kafka.group", "enable.auto.commit": "nothing: offsets follow the outputs",
    "auto.commit.enable": "nothing: offsets follow the outputs",
    "auto.commit.interval.ms": "processing.commit_interval",
    "enable.auto.offset.store": "nothing: offsets follow the outputs",
    "auto.offset.reset": "nothing: the windows are rebuilt from the oldest record",
    "partition.assignment.strategy": "nothing: cooperative-sticky",
    "enable.idempotence": "nothing: it is on",
    "transactional.id": "kafka.instance: it is made of that and the group",
    "group.instance.id": "kafka.instance",
    "enable.partition.eof": "nothing: the job wants to know where a log ends",
    "isolation.level": "nothing: read_committed",
    "partitioner": "nothing: murmur2_random, as the Java client",
  ]
}
