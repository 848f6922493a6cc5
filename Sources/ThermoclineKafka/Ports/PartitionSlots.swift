internal import Synchronization
internal import ThermoclineCore
internal import ThermoclineEngine

/// Numbers for the partitions this process has been given: the engine counts partitions, Kafka names them.
package final class PartitionSlots: Sendable {
  private let state = Mutex<(numbers: [KafkaPartition: Int], partitions: [KafkaPartition])>(
    ([:], []))

  /// `known`: partitions whose numbers are their places there; further ones are numbered as they come.
  package init(_ known: [KafkaPartition] = []) {
    for partition in known { _ = number(of: partition) }
  }

  /// The number of a partition; the same one whenever it comes back.
  package func number(of partition: KafkaPartition) -> Int {
    state.withLock { state in
      if let number = state.numbers[partition] { return number }
      state.numbers[partition] = state.partitions.count
      state.partitions.append(partition)
      return state.partitions.count - 1
    }
  }

  /// What a commit of this progress says; partitions of which nothing was said are left out.
  func positions(_ progress: [PartitionProgress]) -> [KafkaPosition] {
    progress.filter(\.isWorthCommitting).map {
      KafkaPosition(self[$0.partition], offset: $0.nextPosition)
    }
  }

  /// What the commit says beside each position.
  func marks(
    _ progress: [PartitionProgress], transaction: String? = nil,
    partitionsCounts: [String: Int] = [:]
  ) -> [KafkaPartition: CommitMark] {
    var marks: [KafkaPartition: CommitMark] = [:]
    for progress in progress {
      let partition = self[progress.partition]
      marks[partition] = CommitMark(
        transaction: transaction, partitionsCount: partitionsCounts[partition.topic],
        clock: progress.clock, said: progress.said)
    }
    return marks
  }

  package subscript(number: Int) -> KafkaPartition { state.withLock { $0.partitions[number] } }
}
