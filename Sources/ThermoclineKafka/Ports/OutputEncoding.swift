package import ThermoclineEngine

/// Another form for the values that the engine writes as JSON. Any thread.
package struct OutputEncoding: Sendable {
  /// The header that tells readers the form of a stream's values; nil = they stay as they are.
  let header: @Sendable (OutputStream) -> KafkaHeader?
  /// The other form of a value of such a stream.
  let encode: @Sendable (OutputStream, [UInt8]) throws -> [UInt8]

  package init(
    header: @escaping @Sendable (OutputStream) -> KafkaHeader?,
    encode: @escaping @Sendable (OutputStream, [UInt8]) throws -> [UInt8]
  ) {
    self.header = header
    self.encode = encode
  }
}
