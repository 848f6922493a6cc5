/// A place in a partition: the offset of the next record to read. This is also what a commit says.
package struct KafkaPosition: Hashable, Sendable {
  /// Where.
  package var partition: KafkaPartition
  /// The offset of the next record, ≥ 0.
  package var offset: Int64

  package init(_ partition: KafkaPartition, offset: Int64) {
    self.partition = partition
    self.offset = offset
  }
}
