package import ThermoclineEngine

/// What the feeder does, as it said a few times a second.
package struct FeederSnapshot: Sendable {
  /// How far an assigned partition is read.
  package struct Partition: Sendable {
    package var partition: KafkaPartition
    /// The engine's number of it.
    package var number: Int
    /// The offset after the last record that was handed to the pipeline, or after the marks of transactions behind it; 0
    /// before the first.
    package var position: Int64
    /// The offset the log begins at, and the one past its newest record, as far as the client knows.
    package var log: Range<Int64>
    /// Offsets below it were published by an earlier run.
    package var committed: Int64
    /// The record's own timestamp, in milliseconds since 1970, of one of the last that were taken; nil before the first.
    package var timestampMilliseconds: Int64?
    /// It waits for partitions that are behind in event time.
    package var isHeldUp: Bool

    package init(
      partition: KafkaPartition, number: Int, position: Int64, log: Range<Int64>,
      committed: Int64 = 0, timestampMilliseconds: Int64? = nil, isHeldUp: Bool = false
    ) {
      self.partition = partition
      self.number = number
      self.position = position
      self.log = log
      self.committed = committed
      self.timestampMilliseconds = timestampMilliseconds
      self.isHeldUp = isHeldUp
    }

    /// Records not taken yet.
    package var lag: Int64 { max(0, log.upperBound - max(position, log.lowerBound)) }

    /// Of those the ones that an earlier run had published: they only rebuild state.
    package var rebuildingLeft: Int64 {
      max(0, min(committed, log.upperBound) - max(position, log.lowerBound))
    }
  }

  /// When this was said, by the feeder's clock; 0 = nothing was said yet.
  package var at: UInt64 = 0
  package var partitions: [Partition] = []
  /// How often partitions were assigned, given back, and taken away.
  package var assignedCount = 0
  package var revokedCount = 0
  package var lostCount = 0
  /// Whether checkpoints are made.
  package var makesCheckpoints = false
  /// The newest complete set of checkpoints of this process, and how many there were; nil before the first.
  package var checkpoints: CheckpointSet?
  package var checkpointsCount = 0
  /// Of a job that drains: partitions that have their last checkpoint; nil while it does not.
  package var drainedCount: Int?
  /// Partitions were taken away, and none were assigned since.
  package var isLost = false
  /// How often the pipeline was full and the input had to wait.
  package var waitsCount = 0

  package init() {}

  /// Records not taken yet, over all partitions.
  package var lag: Int64 { partitions.reduce(0) { $0 + $1.lag } }

  /// Records left that only rebuild state, over all partitions.
  package var rebuildingLeft: Int64 { partitions.reduce(0) { $0 + $1.rebuildingLeft } }
}
