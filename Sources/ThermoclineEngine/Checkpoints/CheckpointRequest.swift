import ThermoclineCore

/// A checkpoint of one partition is wanted.
package struct CheckpointRequest: Sendable {
  /// Under which it is kept: `CheckpointKey.name`.
  package var name: String
  package var slot: CheckpointKey.Slot
  package var sequence: Int64
  /// Of the settings outside of the engine that the state depends on.
  package var fingerprint: UInt64
  /// By the wall clock.
  package var takenAt: EventTime

  package init(
    name: String, slot: CheckpointKey.Slot, sequence: Int64, fingerprint: UInt64,
    takenAt: EventTime
  ) {
    self.name = name
    self.slot = slot
    self.sequence = sequence
    self.fingerprint = fingerprint
    self.takenAt = takenAt
  }
}

/// What came of a request.
package enum CheckpointOutcome: Sendable, Equatable {
  /// Said, in so many bytes of messages, of a partition whose job had settled this day.
  case made(day: EventTime, bytes: Int64 = 0)
  /// Something waits to be settled with other partitions, or the partition is being rebuilt.
  case unsettled
}
