internal import CRdkafka

/// Which member of which generation of a group speaks, for offsets committed in a transaction.
///
/// SAFETY: owns the object, which nobody changes after it was made; destroyed in deinit.
@safe package final class KafkaGroupMetadata: @unchecked Sendable {
  let pointer: OpaquePointer

  init(taking pointer: OpaquePointer) { unsafe self.pointer = unsafe pointer }

  deinit { unsafe rd_kafka_consumer_group_metadata_destroy(pointer) }

  /// The generation and the member, as a broker will check them. The broker checks nothing where there is no member:
  /// offsets of a process that was thrown out of its group would be taken.
  package var member: (generation: Int32, id: String)? {
    var buffer: UnsafeMutableRawPointer?
    var count = 0
    guard unsafe rd_kafka_consumer_group_metadata_write(pointer, &buffer, &count) == nil,
      let buffer = unsafe buffer
    else { return nil }
    // SAFETY: the buffer has `count` bytes and is ours to free.
    defer { unsafe rd_kafka_mem_free(nil, buffer) }
    let bytes = unsafe Array(UnsafeRawBufferPointer(start: buffer, count: count))
    return Self.member(of: bytes)
  }

  /// librdkafka writes `CGMDv2:`, the generation (32 bits, this machine's byte order), and three texts that end in a
  /// zero byte: group, member, instance.
  static func member(of bytes: [UInt8]) -> (generation: Int32, id: String)? {
    let magic = Array("CGMDv2:".utf8)
    guard bytes.starts(with: magic), bytes.count > magic.count + 4 else { return nil }
    let generation = unsafe bytes[magic.count..<magic.count + 4].withUnsafeBytes {
      unsafe $0.loadUnaligned(as: Int32.self)
    }
    let texts = bytes[(magic.count + 4)...].split(separator: 0, omittingEmptySubsequences: false)
    guard texts.count >= 3, generation >= 0, !texts[1].isEmpty else { return nil }
    return (generation, String(decoding: texts[1], as: UTF8.self))
  }
}
