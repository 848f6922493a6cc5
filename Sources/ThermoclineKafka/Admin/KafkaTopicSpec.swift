/// A topic as it is to be made.
package struct KafkaTopicSpec: Sendable, Equatable {
  package var name: String
  package var partitions: Int
  /// Copies of each partition.
  package var replication: Int
  /// The topic's settings, by the broker's names.
  package var settings: [String: String]

  package init(name: String, partitions: Int, replication: Int, settings: [String: String]) {
    self.name = name
    self.partitions = partitions
    self.replication = replication
    self.settings = settings
  }
}
