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
  /// The set that was begun before was not completed.
  package var isRepeated: Bool

  package init(
    name: String, slot: CheckpointKey.Slot, sequence: Int64, fingerprint: UInt64,
    takenAt: EventTime, isRepeated: Bool = false
  ) {
    self.name = name
    self.slot = slot
    self.sequence = sequence
    self.fingerprint = fingerprint
    self.takenAt = takenAt
    self.isRepeated = isRepeated
  }
}

/// What came of a request.
package enum CheckpointOutcome: Sendable, Equatable {
  /// Said, of a partition whose job had settled this day. `bytes`: of the chunks that were added, `wholeBytes`: of all that
  /// hold its state.
  case made(day: EventTime, bytes: Int64 = 0, wholeBytes: Int64 = 0)
  /// Something waits to be settled with other partitions, or the partition is being rebuilt.
  case unsettled
}
