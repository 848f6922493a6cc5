/// Where reading of an assigned partition begins.
package enum KafkaStart: Hashable, Sendable {
  /// The oldest record the broker still has.
  case beginning
  /// After the newest record.
  case end
  /// The group's committed offset; without one, what `auto.offset.reset` says (by default the beginning).
  case committed
  /// Exactly here, ≥ 0.
  case offset(Int64)
}
