internal import Synchronization
internal import ThermoclineCore
internal import ThermoclineEngine

/// A partition on its way to its shard, and what came of restoring it there.
final class PartitionOpening: Sendable {
  let partition: KafkaPartition
  let number: Int
  /// What lies before it was published by an earlier run.
  let committed: Int64
  /// What was committed beside that.
  let mark: CommitMark?
  private let checkpoint: CheckpointShelf.Checkpoint?
  private let error = Mutex<StateError?>(nil)

  init(
    partition: KafkaPartition, number: Int, committed: Int64, mark: CommitMark?,
    checkpoint: CheckpointShelf.Checkpoint?
  ) {
    self.partition = partition
    self.number = number
    self.committed = committed
    self.mark = mark
    self.checkpoint = checkpoint
  }

  /// Why the checkpoint could not be read. Only after the shard was waited for.
  var failure: StateError? { error.withLock { $0 } }

  /// A partition that knows nothing yet, with the state of the checkpoint.
  func restored(_ work: any PartitionWork) -> any PartitionWork {
    guard let checkpoint else { return work }
    do throws(StateError) { try work.restore(checkpoint) } catch {
      self.error.withLock { $0 = error }
    }
    return work
  }
}
