package import ThermoclineEngine
package import ThermoclineKafka

/// The compacted topic that checkpoints are kept in.
package enum CheckpointTopic {
  /// What is there now, of transactions that were committed: the checkpoints of these names, or all.
  package static func read(
    _ topic: String, of names: Set<String>? = nil, kafka: KafkaSettings
  ) throws(JobFailure) -> CheckpointShelf { try scan(topic, of: names, kafka, newest: nil).shelf }

  /// As much of it as is needed. The newest messages of the topic name the chunks, which are in the cache where this process
  /// said or read them before; only what is neither here nor there is looked for in the whole topic. `isEnough` is asked of
  /// each shelf, of the last one too.
  static func read(
    _ topic: String, of names: Set<String>, kafka: KafkaSettings, cache: CheckpointCache,
    newest counts: [Int64] = newestCounts, isEnough: (CheckpointShelf) -> Bool
  ) throws(JobFailure) -> CheckpointShelf {
    for newest in counts {
      var (shelf, isWhole) = try scan(topic, of: names, kafka, newest: newest)
      cache.exchange(with: &shelf, of: names)
      if isEnough(shelf) || isWhole { return shelf }
    }
    var shelf = try read(topic, of: names, kafka: kafka)
    cache.exchange(with: &shelf, of: names)
    _ = isEnough(shelf)
    return shelf
  }

  /// Messages of a partition of the topic that are looked at first: a set of a job of many partitions, and one that
  /// tells the chunks of a large state to be forgotten.
  static let newestCounts: [Int64] = [1_024, 16_384]

  private static func scan(
    _ topic: String, of names: Set<String>?, _ kafka: KafkaSettings, newest: Int64?
  ) throws(JobFailure) -> (shelf: CheckpointShelf, isWhole: Bool) {
    var settings = kafka
    settings["isolation.level"] = "read_committed"
    var shelf = CheckpointShelf(of: names)
    let scan = try TopicScan(topic, kafka: settings, newest: newest)
    try scan.readToEnd { message in
      if let key = message.key {
        shelf.take(key: String(decoding: key, as: UTF8.self), value: message.value)
      }
      return true
    }
    return (shelf, scan.isWhole)
  }
}
