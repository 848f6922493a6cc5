package import ThermoclineEngine
package import ThermoclineKafka

/// The compacted topic that checkpoints are kept in.
package enum CheckpointTopic {
  /// What is there now, of transactions that were committed: the checkpoints of these names, or all.
  package static func read(
    _ topic: String, of names: Set<String>? = nil, kafka: KafkaSettings
  ) throws(JobFailure) -> CheckpointShelf {
    var settings = kafka
    settings["isolation.level"] = "read_committed"
    var shelf = CheckpointShelf(of: names)
    let scan = try TopicScan(topic, kafka: settings)
    try scan.readToEnd { message in
      if let key = message.key {
        shelf.take(key: String(decoding: key, as: UTF8.self), value: message.value)
      }
      return true
    }
    return shelf
  }
}
