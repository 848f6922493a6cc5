internal import CRdkafka

/// Which member of which generation of a group speaks, for offsets committed in a transaction.
///
/// SAFETY: owns the object, which nobody changes after it was made; destroyed in deinit.
@safe package final class KafkaGroupMetadata: @unchecked Sendable {
  let pointer: OpaquePointer

  init(taking pointer: OpaquePointer) { unsafe self.pointer = unsafe pointer }

  deinit { unsafe rd_kafka_consumer_group_metadata_destroy(pointer) }
}
