/// Up to where a partition is in the history.
package struct FeedPosition: Sendable, Equatable {
  package var topic: String
  package var partition: Int32
  /// The first offset that is not in it.
  package var next: Int64

  package init(topic: String, partition: Int32, next: Int64) {
    self.topic = topic
    self.partition = partition
    self.next = next
  }
}
