import Synchronization

/// The partitions that wait for others to come further in event time, of all shards.
final class HeldPartitions: Sendable {
  private let numbers = Mutex<Set<Int>>([])
  private let count = Atomic<Int>(0)

  /// Cheap, for every batch. Another thread's change is seen a little later.
  var isEmpty: Bool { count.load(ordering: .relaxed) == 0 }

  func contains(_ partition: Int) -> Bool {
    !isEmpty && numbers.withLock { $0.contains(partition) }
  }

  func insert(_ partition: Int) {
    numbers.withLock {
      if $0.insert(partition).inserted { count.add(1, ordering: .relaxed) }
    }
  }

  func remove(_ partition: Int) {
    numbers.withLock {
      if $0.remove(partition) != nil { count.subtract(1, ordering: .relaxed) }
    }
  }
}
