/// What a client has to tell its owner besides records. Callbacks record it, the owner takes it with
/// `takeEvents()` after a poll and answers at its own pace.
package enum KafkaEvent: Sendable, Hashable {
  /// Partitions added to this member, perhaps none. Nothing is fetched before the owner answers with
  /// `begin`.
  case assigned([KafkaPartition])
  /// Partitions asked back, perhaps none. They stay this member's until the owner answers with
  /// `acknowledgeRevocation`: finish and commit their work first.
  case revoked([KafkaPartition])
  /// Partitions taken away: another member may have them already. Do not commit their work; answer with
  /// `acknowledgeRevocation`.
  case lost([KafkaPartition])
  /// The end of a partition was reached; told only with `enable.partition.eof`.
  case endReached(KafkaPosition)
  /// The result of an asynchronous commit; nil = stored.
  case committed([KafkaPosition], KafkaError?)
  /// Something failed in the background. librdkafka goes on by itself unless the error is fatal.
  case failed(KafkaError)
}
