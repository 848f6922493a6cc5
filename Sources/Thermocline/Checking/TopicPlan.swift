package import ThermoclineCore
package import ThermoclineKafka

/// The topics that a job needs, with the settings they should have.
package struct TopicPlan: Sendable, Equatable {
  /// What a topic is for.
  package enum Use: Sendable, Equatable { case input, output, table }

  package struct Topic: Sendable, Equatable {
    package var name: String
    package var use: Use
    /// By the broker's names.
    package var settings: [String: String]
  }

  package var topics: [Topic]

  /// How long the history of scores, alerts, roll-ups and usage, and refused input, are kept, unless somebody changes it.
  /// A quarter, and four weeks to report of it.
  private static let historyKept = TimeSpan.days(120)
  private static let lettersKept = TimeSpan.days(14)
  /// The windows reach back so far.
  package static let inputKept = TimeSpan.days(63)

  /// The plan of a configuration; `replication`: copies of each partition.
  package init(_ configuration: JobConfiguration, replication: Int) {
    var topics: [Topic] = []
    func add(_ name: String, _ use: Use, _ settings: [String: String]) {
      var settings = settings
      // With three copies one broker may be away; with fewer, none of them.
      if replication >= 3 { settings["min.insync.replicas"] = "2" }
      topics.append(Topic(name: name, use: use, settings: settings))
    }
    func kept(_ span: TimeSpan) -> [String: String] {
      ["cleanup.policy": "delete", "retention.ms": "\(span.milliseconds)"]
    }
    let compacted = ["cleanup.policy": "compact"]
    // A report needs a key's earlier values as well.
    let history = compacted.merging(["min.compaction.lag.ms": "\(Self.historyKept.milliseconds)"]) {
      $1
    }
    for name in configuration.inputTopics { add(name, .input, kept(Self.inputKept)) }
    let output = configuration.output
    add(output.scores, .output, compacted)
    add(output.changes, .output, kept(Self.historyKept))
    add(output.alerts, .output, kept(Self.historyKept))
    add(output.rollups, .output, history)
    add(output.usage, .output, history)
    // A refused message with its headers is larger than the message was.
    let letters = ["max.message.bytes": "\(2 * Limits.messageBytesMax)"]
    add(output.deadLetters, .output, kept(Self.lettersKept).merging(letters) { $1 })
    if let checkpoints = configuration.checkpoints.topic {
      add(checkpoints, .output, compacted)
    }
    if let segments = configuration.segmentsTopic {
      // Who rebuilds its windows from the input reads what all told of those days.
      add(segments, .output, kept(Self.historyKept))
    }
    let tables = [
      configuration.profiles.topic, configuration.overridesTopic, configuration.controlsTopic,
    ]
    for name in tables.compactMap({ $0 }) { add(name, .table, compacted) }
    self.topics = topics
  }

  /// What a topic's settings, as the broker tells them, should be and are not; a sentence each. What it does not tell is
  /// passed over.
  package static func differences(of topic: Topic, from settings: [String: String]) -> [String] {
    var differences: [String] = []
    if let wanted = topic.settings["cleanup.policy"], let has = settings["cleanup.policy"] {
      let isCompacted = has.split(separator: ",").contains("compact")
      if (wanted == "compact") != isCompacted {
        let why =
          wanted == "compact"
          ? "the newest value of each key would be deleted with time"
          : "older values of each key would be removed"
        differences.append("cleanup.policy is \(has), not \(wanted): \(why)")
      }
    }
    if let wanted = topic.settings["min.compaction.lag.ms"].flatMap(Int64.init),
      settings["cleanup.policy"]?.split(separator: ",").contains("compact") == true,
      let has = settings["min.compaction.lag.ms"].flatMap(Int64.init), has < wanted
    {
      differences.append(
        "min.compaction.lag.ms is \(has), less than \(wanted) (120d): reports lack the days that were compacted away"
      )
    }
    if topic.use == .input, let has = settings["retention.ms"].flatMap(Int64.init), has >= 0,
      has < inputKept.milliseconds
    {
      differences.append(
        "retention.ms is \(has), less than \(inputKept.milliseconds) (63d): windows of a restarted job lack "
          + "what is gone")
    }
    if topic.use == .input, let bytes = settings["retention.bytes"].flatMap(Int64.init), bytes >= 0
    {
      differences.append(
        "retention.bytes is \(bytes): the log may be cut before its 63d are over; -1 does not cut it"
      )
    }
    return differences
  }

  /// As topics to be made.
  package func specs(
    _ topics: [Topic], partitions: Int, replication: Int
  ) -> [KafkaTopicSpec] {
    topics.map {
      KafkaTopicSpec(
        name: $0.name, partitions: partitions, replication: replication, settings: $0.settings)
    }
  }
}
