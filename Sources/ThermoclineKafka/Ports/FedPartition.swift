internal import ThermoclineCore

/// What the feeder knows of one partition; on the fetch thread only.
struct FedPartition {
  var partition: KafkaPartition
  var number: Int
  /// The batch being filled.
  var batch: EventBatch?
  /// Offsets below it were published by an earlier run.
  var committed: Int64
  var position: Int64
  /// Where the log was seen to end; behind the last record may stand marks of transactions.
  var end: Int64 = 0
  /// When the last record came, as far as its batch was submitted.
  var lastArrival: UInt64
  var hasData = false
  /// The last time the clock was followed.
  var lastAdvance: UInt64 = 0
  var isIdle = false
  /// The message for which there is no room before other partitions have come further; until then the partition is
  /// paused.
  var parked: HeldMessage?
  var isPaused = false
  /// Of a record taken since the last snapshot but one.
  var timestamp: Int64?
  var isTimestampDue = true
}
