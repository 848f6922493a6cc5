internal import Synchronization
internal import ThermoclineCore
package import ThermoclineEngine

/// How the feeder's partitions are checkpointed and restored.
package struct FeederCheckpoints: Sendable {
  package typealias Load =
    @Sendable (_ names: Set<String>, _ isEnough: (CheckpointShelf) -> Bool) throws(KafkaError)
    -> CheckpointShelf

  /// Between two sets, nanoseconds.
  package var interval: UInt64
  /// The group's name, which goes before those of the partitions.
  package var group: String
  /// Of what is done to messages before the engine has them.
  package var outside: UInt64
  /// What a checkpoint must show to be taken over.
  package var fingerprint: UInt64
  /// Reads what the topic of checkpoints has of these names, or as much of it as is enough: `isEnough` is asked of each
  /// shelf that there may be, at last of the one that is given back.
  package var load: Load
  /// Milliseconds since 1970.
  package var wallClock: @Sendable () -> Int64

  package init(
    interval: UInt64, group: String, outside: UInt64, fingerprint: UInt64,
    load: @escaping Load, wallClock: @escaping @Sendable () -> Int64
  ) {
    self.interval = interval
    self.group = group
    self.outside = outside
    self.fingerprint = fingerprint
    self.load = load
    self.wallClock = wallClock
  }

  package func name(_ partition: KafkaPartition) -> String {
    CheckpointKey.name(
      group: group, topic: partition.topic, partition: partition.partition)
  }
}

/// What a shard answers to the feeder's request for a checkpoint.
final class CheckpointAnswer: Sendable {
  struct Answer: Sendable {
    var turn: CheckpointSchedule.Turn
    var outcome: CheckpointOutcome
    var nanoseconds: UInt64
  }
  private let answer = Mutex<Answer?>(nil)

  func set(_ new: Answer) { answer.withLock { $0 = new } }

  func take() -> Answer? {
    answer.withLock { answer in
      defer { answer = nil }
      return answer
    }
  }
}
