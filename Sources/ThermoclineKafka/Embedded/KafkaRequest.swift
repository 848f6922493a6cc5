/// A kind of request in Kafka's protocol, by its API key.
package struct KafkaRequest: RawRepresentable, Hashable, Sendable {
  package let rawValue: Int16

  package init(rawValue: Int16) { self.rawValue = rawValue }

  package static let produce = KafkaRequest(rawValue: 0)
  package static let fetch = KafkaRequest(rawValue: 1)
  package static let listOffsets = KafkaRequest(rawValue: 2)
  package static let metadata = KafkaRequest(rawValue: 3)
  package static let offsetCommit = KafkaRequest(rawValue: 8)
  package static let offsetFetch = KafkaRequest(rawValue: 9)
  package static let findCoordinator = KafkaRequest(rawValue: 10)
  package static let joinGroup = KafkaRequest(rawValue: 11)
  package static let heartbeat = KafkaRequest(rawValue: 12)
  package static let initProducerID = KafkaRequest(rawValue: 22)
  package static let addPartitionsToTransaction = KafkaRequest(rawValue: 24)
  package static let endTransaction = KafkaRequest(rawValue: 26)
}
