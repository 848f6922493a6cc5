import ThermoclineCore

/// One partition of a shard: its work, what an earlier run had said of it, and what of its input waits.
struct ShardPlace {
  let number: Int
  let work: any PartitionWork
  /// What lies before this position was published by an earlier run.
  let publishedBefore: Int64
  /// How far that run had said its outputs by event time; nil where it did not tell, and said all of what it had taken.
  let saidBefore: SaidTimes?
  /// Where the clock had brought time after that position, in the earlier run; nil once it is there again.
  var clock: EventTime?
  /// More input is known to wait than a moment's.
  var isBehind = false
  /// Batches that wait for other partitions to come further, and the place in the first to go on from.
  var parked: [EventBatch] = []
  var place = 0
  /// The input has ended, and time has not come to its newest event.
  var isEnding = false

  var isHeldUp: Bool { isEnding || !parked.isEmpty }

  /// The windows are not yet where the published outputs are: nothing they would say is news.
  var isRebuilding: Bool { work.nextPosition < publishedBefore }

  /// Nor would an early score be.
  var isBehindSaid: Bool {
    isRebuilding || work.watermark < saidBefore?.ticks ?? .distantPast
  }

  /// What a commit says of it; nil while that is what the earlier run's commit said.
  var committable: PartitionProgress? {
    var progress = work.progress
    progress.clock = progress.clock ?? clock
    guard isRebuilding else { return progress }
    // Days that the earlier run left open are judged meanwhile.
    guard let saidBefore, progress.said.days > saidBefore.days else { return nil }
    progress.nextPosition = publishedBefore
    return progress
  }
}
