/// Partitions that the group has given and that could not be opened yet, for the brokers are away. What it gives
/// meanwhile comes on top; what it takes back is never opened.
struct PendingPartitions {
  /// nil = the group has its answer. It waits for one to an empty list, too.
  private var list: [KafkaPartition]?
  /// By the feeder's clock.
  private var notBefore: UInt64 = 0

  /// Shortest time between two tries.
  private static let pauseNanoseconds: UInt64 = 1_000_000_000

  /// The group has given these, perhaps none.
  mutating func add(_ partitions: [KafkaPartition]) {
    let known = list ?? []
    list = known + partitions.filter { !known.contains($0) }
  }

  /// The group has taken these away.
  /// - Returns: those of them that had been opened; the consumer knows no others.
  mutating func remove(_ partitions: [KafkaPartition]) -> [KafkaPartition] {
    let known = list ?? []
    let rest = known.filter { !partitions.contains($0) }
    list = rest.isEmpty ? nil : rest
    return partitions.filter { !known.contains($0) }
  }

  /// What is to be opened now, perhaps none; nil = there is nothing to answer, or not yet.
  func due(at now: UInt64) -> [KafkaPartition]? { now >= notBefore ? list : nil }

  /// They could not be opened.
  mutating func postpone(at now: UInt64) { notBefore = now &+ Self.pauseNanoseconds }

  /// They are open, and the group knows.
  mutating func clear() { list = nil }
}
