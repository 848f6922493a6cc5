internal import ThermoclineCore
internal import ThermoclineEngine

/// What it tells of itself.
extension FeederState {
  /// What is to be told of all this. The next record of each partition tells its time.
  mutating func snapshot() -> FeederSnapshot {
    var snapshot = FeederSnapshot()
    snapshot.at = now
    snapshot.waitsCount = waitsCount
    snapshot.assignedCount = assignedCount
    snapshot.revokedCount = revokedCount
    snapshot.lostCount = lostCount
    snapshot.isLost = isLost
    snapshot.makesCheckpoints = schedule != nil
    snapshot.checkpoints = schedule?.lastSet
    snapshot.checkpointsCount = schedule?.setsCount ?? 0
    snapshot.drainedCount = draining.map { _ in schedule?.madeCount ?? 0 }
    for place in partitions.indices {
      let partition = partitions[place]
      let isWhole = partition.parked == nil && held == nil
      let position = isWhole ? max(partition.position, partition.end) : partition.position
      partitions[place].isTimestampDue = true
      snapshot.partitions.append(
        FeederSnapshot.Partition(
          partition: partition.partition, number: partition.number, position: position,
          log: consumer.cachedOffsets(partition.partition) ?? position..<position,
          committed: partition.committed, timestampMilliseconds: partition.timestamp,
          isHeldUp: partition.parked != nil))
    }
    return snapshot
  }

  /// Records of a partition not taken yet, as far as the client knows.
  func waiting(_ place: Int) -> Int {
    let position = partitions[place].position
    guard let log = consumer.cachedOffsets(partitions[place].partition) else { return 0 }
    return Int(max(0, log.upperBound - max(position, log.lowerBound)))
  }
}
