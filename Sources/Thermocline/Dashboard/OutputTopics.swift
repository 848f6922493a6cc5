internal import ThermoclineDashboard
internal import ThermoclineKafka

/// Which topics are read, and what each is about.
struct OutputTopics: Sendable {
  /// Topics a job always writes.
  private let needed: [(name: String, kind: FeedRecord.Kind)]
  /// Written only where the policy asks for it: read where it is there.
  private let usage: String?

  init(_ topics: KafkaSink.Topics) {
    needed = [
      (topics.scores, .score), (topics.changes, .change), (topics.alerts, .alert),
      (topics.rollups, .rollup),
    ]
    usage = topics.usage
  }

  func kind(of topic: String) -> FeedRecord.Kind {
    needed.first { $0.name == topic }?.kind ?? .usage
  }

  /// All partitions of those that are there. Throws where one is missing that a job always writes.
  func partitions(_ kafka: KafkaSettings) throws(KafkaError) -> [KafkaPartition] {
    var partitions = try Self.partitions(kafka, needed.map(\.name))
    if let usage {
      do throws(KafkaError) { partitions += try Self.partitions(kafka, [usage]) } catch {
        guard error.code.isUnknownTopic else { throw error }
      }
    }
    return partitions
  }

  private static func partitions(
    _ kafka: KafkaSettings, _ names: [String]
  ) throws(KafkaError) -> [KafkaPartition] {
    try KafkaMetadata.fetch(kafka, topics: names, timeoutMilliseconds: 10_000).partitions
  }
}
