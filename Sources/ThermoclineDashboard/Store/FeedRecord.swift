/// One message of an output topic, as any consumer has it.
package struct FeedRecord: Sendable {
  /// What a topic is about.
  package enum Kind: Sendable, CaseIterable { case score, change, alert, rollup, usage }

  package var kind: Kind
  package var topic: String
  package var partition: Int32
  package var offset: Int64
  package var key: String
  /// nil = a tombstone.
  package var value: [UInt8]?

  package init(
    _ kind: Kind, topic: String, partition: Int32, offset: Int64, key: String, value: [UInt8]?
  ) {
    self.kind = kind
    self.topic = topic
    self.partition = partition
    self.offset = offset
    self.key = key
    self.value = value
  }
}
