/// One header of a record.
package struct KafkaHeader: Hashable, Sendable {
  /// The name; names may repeat.
  package var name: String
  /// The value; nil is Kafka's null, not an empty one.
  package var value: [UInt8]?

  package init(_ name: String, _ value: [UInt8]?) {
    self.name = name
    self.value = value
  }
}
