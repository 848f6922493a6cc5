internal import CRdkafka
package import ThermoclineCore

/// A record as it lies in librdkafka's buffer: borrowed for one call of the handler, copied by whoever wants
/// to keep it.
///
/// SAFETY: `message`, `key` and `payload` are valid until the handler returns; the type cannot be copied out
/// of it, and the handler must not keep the buffers.
@safe package struct KafkaRecord: ~Copyable {
  /// Index into the consumer's `topics`.
  package let topicIndex: Int
  /// Partition, from 0.
  package let partition: Int32
  /// Offset of this record.
  package let offset: Int64
  /// The key; nil when there is none.
  package let key: UnsafeRawBufferPointer?
  /// The payload; nil for a tombstone.
  package let payload: UnsafeRawBufferPointer?
  private let message: UnsafePointer<rd_kafka_message_t>

  init(_ message: UnsafePointer<rd_kafka_message_t>, topicIndex: Int) {
    self.topicIndex = topicIndex
    unsafe self.message = unsafe message
    partition = unsafe message.pointee.partition
    offset = unsafe message.pointee.offset
    unsafe key = Self.bytes(message.pointee.key, message.pointee.key_len)
    unsafe payload = Self.bytes(message.pointee.payload, message.pointee.len)
  }

  /// Milliseconds since 1970, set by the producer or (topics with `LogAppendTime`) the broker; nil when the
  /// record has none.
  package var timestampMilliseconds: Int64? {
    var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
    let time = unsafe rd_kafka_message_timestamp(message, &type)
    return type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? nil : time
  }

  /// The value of the last header of this name, borrowed; nil when there is none or it is null.
  /// The first access parses the record's headers.
  package func header(_ name: StaticString) -> UnsafeRawBufferPointer? {
    guard let headers = unsafe headersPointer else { return nil }
    var value: UnsafeRawPointer?
    var length = 0
    let found = unsafe UnsafeRawPointer(name.utf8Start).withMemoryRebound(
      to: CChar.self, capacity: name.utf8CodeUnitCount + 1
    ) { unsafe rd_kafka_header_get_last(headers, $0, &value, &length) }
    guard found == RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
    return unsafe Self.bytes(value, length)
  }

  /// The headers as a decoder asks for them; valid until the handler returns.
  package var messageHeaders: MessageHeaders {
    // SAFETY: the message outlives the handler's call, within which the headers are asked for.
    unsafe MessageHeaders(
      source: message,
      lookup: { message, name, value, length in
        let message = unsafe message.assumingMemoryBound(to: rd_kafka_message_t.self)
        guard let headers = unsafe KafkaRecord.headers(of: message) else { return false }
        return unsafe name.withMemoryRebound(to: CChar.self, capacity: 1) {
          unsafe rd_kafka_header_get_last(headers, $0, value, length) == RD_KAFKA_RESP_ERR_NO_ERROR
            && value.pointee != nil
        }
      },
      enumeration: { message, index, name, nameLength, value, length in
        let message = unsafe message.assumingMemoryBound(to: rd_kafka_message_t.self)
        var text: UnsafePointer<CChar>?
        guard let headers = unsafe KafkaRecord.headers(of: message),
          unsafe rd_kafka_header_get_all(headers, index, &text, value, length)
            == RD_KAFKA_RESP_ERR_NO_ERROR,
          let text = unsafe text
        else { return false }
        unsafe name.pointee = unsafe UnsafeRawPointer(text)
        var count = 0
        while unsafe text[count] != 0 { count += 1 }
        unsafe nameLength.pointee = count
        return true
      })
  }

  /// All headers, copied, in order.
  package var headers: [KafkaHeader] {
    guard let headers = unsafe headersPointer else { return [] }
    var result: [KafkaHeader] = []
    var name: UnsafePointer<CChar>?
    var value: UnsafeRawPointer?
    var length = 0
    while unsafe rd_kafka_header_get_all(headers, result.count, &name, &value, &length)
      == RD_KAFKA_RESP_ERR_NO_ERROR
    {
      let bytes = unsafe Self.bytes(value, length)
      unsafe result.append(KafkaHeader(String(copying: name) ?? "", bytes.map { unsafe Array($0) }))
    }
    return result
  }

  /// Whether this is no record but the mark of a transaction's end. `rd_kafka_consume_queue` of librdkafka
  /// 2.0 hands those out; they have neither key nor payload nor, unlike a record, a kind of timestamp.
  var isControl: Bool {
    unsafe key == nil && payload == nil && timestampMilliseconds == nil
  }

  private var headersPointer: OpaquePointer? { unsafe Self.headers(of: message) }

  /// The headers of a message; the function's parameter is not const, but it only reads what it parsed on its first call.
  private static func headers(of message: UnsafePointer<rd_kafka_message_t>) -> OpaquePointer? {
    var headers: OpaquePointer?
    let result = unsafe rd_kafka_message_headers(message, &headers)
    return unsafe result == RD_KAFKA_RESP_ERR_NO_ERROR ? headers : nil
  }

  private static func bytes(_ start: UnsafeRawPointer?, _ count: Int) -> UnsafeRawBufferPointer? {
    guard let start = unsafe start else { return nil }
    return unsafe UnsafeRawBufferPointer(start: start, count: count)
  }
}
