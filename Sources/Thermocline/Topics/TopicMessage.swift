package import ThermoclineKafka

/// One message of a topic, copied.
package struct TopicMessage: Sendable {
  package var partition: Int32
  package var offset: Int64
  /// Milliseconds since 1970; nil when the message has none.
  package var timestampMilliseconds: Int64?
  package var key: [UInt8]?
  /// nil = a tombstone.
  package var value: [UInt8]?
  package var headers: [KafkaHeader]

  init(_ record: borrowing KafkaRecord) {
    partition = record.partition
    offset = record.offset
    timestampMilliseconds = record.timestampMilliseconds
    // SAFETY: the record lives for the call; its bytes are copied.
    key = unsafe record.key.map { unsafe Array($0) }
    value = unsafe record.payload.map { unsafe Array($0) }
    headers = record.headers
  }

  /// The text of the last header of a name; nil when there is none. What is not UTF-8 is repaired.
  package func header(_ name: String) -> String? {
    headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
  }
}
