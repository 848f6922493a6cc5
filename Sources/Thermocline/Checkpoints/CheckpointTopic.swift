package import ThermoclineEngine
package import ThermoclineKafka

/// The compacted topic that checkpoints are kept in.
package enum CheckpointTopic {
  /// All that is there now, of transactions that were committed.
  package static func read(
    _ topic: String, kafka: KafkaSettings
  ) throws(JobFailure) -> CheckpointShelf {
    var settings = kafka
    settings["isolation.level"] = "read_committed"
    var shelf = CheckpointShelf()
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
