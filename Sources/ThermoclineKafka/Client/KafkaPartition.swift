/// One partition of one topic.
package struct KafkaPartition: Hashable, Sendable, CustomStringConvertible {
  /// The topic's name.
  package var topic: String
  /// The partition's number, from 0.
  package var partition: Int32

  package init(_ topic: String, _ partition: Int32) {
    self.topic = topic
    self.partition = partition
  }

  package var description: String { "\(topic)[\(partition)]" }
}
