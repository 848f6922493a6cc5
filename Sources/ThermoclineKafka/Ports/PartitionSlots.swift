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

  /// What a commit of this progress says; partitions of which nothing was read are left out.
  func positions(_ progress: [PartitionProgress]) -> [KafkaPosition] {
    progress.filter { $0.nextPosition > 0 }.map {
      KafkaPosition(self[$0.partition], offset: $0.nextPosition)
    }
  }

  /// Where the clock has brought time, of the partitions that it has.
  func clocks(_ progress: [PartitionProgress]) -> [KafkaPartition: EventTime] {
    var clocks: [KafkaPartition: EventTime] = [:]
    for progress in progress where progress.clock != nil {
      clocks[self[progress.partition]] = progress.clock
    }
    return clocks
  }

  package subscript(number: Int) -> KafkaPartition { state.withLock { $0.partitions[number] } }
}
