import Dispatch
import ThermoclineCore

/// Takes what the shards say to the sink, and commits it at intervals. Belongs to one thread, which calls `round` when
/// there may be something to do.
package final class Publication {
  private let pipeline: Pipeline
  private let sink: any OutputSink
  private let interval: UInt64
  private let waits: (OutputWait) -> Void
  /// When the last commit began; it is due an interval later.
  private var lastCommit: UInt64
  /// Until then no other commit is tried, nor a sink without room asked again.
  private var notBefore: UInt64 = 0
  /// Whether the sink took a batch when it was last asked.
  package private(set) var hasRoom = true
  private var uncommitted: [Int: PartitionProgress] = [:]
  /// Up to which day the outputs of each partition are committed.
  private var committedDays: [Int: EventTime] = [:]
  /// Of the oldest event of each batch that was published and is not committed.
  private var arrivals: [UInt64] = []
  /// Who waits for a commit.
  private var waiting: [DispatchSemaphore] = []
  /// Bytes that were published since the last commit.
  private var bytesCount = 0
  /// Shards that have handed over a piece whose end is still to come.
  private var inPieces: Set<Int> = []
  /// Commits that were made.
  package private(set) var commitsCount = 0

  /// - Parameters:
  ///   - interval: longest time between two commits while there is something to commit, and between two rounds of early
  ///     readings, in nanoseconds.
  ///   - now: of any clock that does not go back, in nanoseconds.
  ///   - waits: called again and again while the sink takes or commits nothing.
  package init(
    _ pipeline: Pipeline, _ sink: any OutputSink, interval: UInt64, now: UInt64,
    waits: @escaping (OutputWait) -> Void = { _ in }
  ) {
    self.pipeline = pipeline
    self.sink = sink
    self.interval = interval
    self.waits = waits
    lastCommit = now
  }

  /// When to look again although nothing was said; nil = at once.
  func wakeUp(now: UInt64, isStopping: Bool, isAwaited: Bool) -> UInt64? {
    if now < notBefore { return notBefore }
    if !hasRoom { return nil }
    if !inPieces.isEmpty { return now + interval }
    return isStopping || isAwaited || !waiting.isEmpty ? nil : lastCommit + interval
  }

  /// Publishes what the shards have handed over, and commits when it is time; true when the pipeline was told to stop
  /// and everything is committed.
  ///
  /// - Parameter isCommitWanted: a commit is tried now, due or not.
  package func round(
    now: UInt64, isCommitWanted: Bool = false
  ) throws(OutputSinkError) -> Bool {
    let requests = pipeline.takeRequests()
    waiting += requests.waiting
    if requests.isDiscarding {
      if requests.discarding.isEmpty { dropOutputs() } else { try discard() }
      for semaphore in requests.discarding { semaphore.signal() }
      return false
    }
    guard hasRoom || now >= notBefore else { return false }
    var began: UInt64 = 0
    do throws(OutputSinkError) {
      try publish()
      // Nothing becomes visible of an input whose position would not: a restart says it again.
      guard inPieces.isEmpty, now >= notBefore,
        isCommitWanted || requests.isStopping || !waiting.isEmpty || now >= lastCommit + interval
          || bytesCount > Limits.commitBytesWanted
      else { return false }
      lastCommit = now
      began = pipeline.noteCommitBegan()
      try sink.commit(uncommitted.values.sorted { $0.partition < $1.partition })
    } catch {
      guard error.isPassing else { throw error }
      try wait(error, now)
      return false
    }
    commitsCount += 1
    bytesCount = 0
    pipeline.noteCommitted(since: began, showing: arrivals)
    arrivals.removeAll(keepingCapacity: true)
    noteCommitted()
    uncommitted.removeAll(keepingCapacity: true)
    for semaphore in waiting { semaphore.signal() }
    waiting = []
    if requests.isStopping { return true }
    for shard in pipeline.shards { shard.beginRound() }
    return false
  }

  /// Tries again an interval later, unless the job has to end.
  private func wait(_ error: OutputSinkError, _ now: UInt64) throws(OutputSinkError) {
    notBefore = now + interval
    if pipeline.mustEnd(by: now) {
      throw OutputSinkError(
        "the job was told to end, but \(error); what is not committed is made again by the next start"
      )
    }
    waits(pipeline.noteWaiting("\(error)"))
  }

  /// Tells partitions which of their days are committed.
  private func noteCommitted() {
    for (partition, progress) in uncommitted {
      let day = progress.said.days
      guard day > committedDays[partition] ?? .distantPast else { continue }
      committedDays[partition] = day
      pipeline.shard(of: partition).noteCommitted(day, of: partition)
    }
  }

  private func publish() throws(OutputSinkError) {
    for shard in pipeline.shards {
      // One ring full a round: a shard that is never silent does not keep the others waiting, nor the commit.
      for _ in 0..<Limits.ringBatchesMax {
        hasRoom = false
        try sink.makeRoom()
        hasRoom = true
        guard let batch = shard.popOutput() else { break }
        bytesCount += batch.bytes.count
        // Before the sink, which may take the records away.
        pipeline.note(batch)
        try sink.publish(batch)
        for progress in batch.progress { uncommitted[progress.partition] = progress }
        if batch.isContinued {
          inPieces.insert(shard.index)
        } else {
          inPieces.remove(shard.index)
        }
        if batch.oldestArrival > 0 { arrivals.append(batch.oldestArrival) }
        shard.giveBack(batch)
        pipeline.wakeShards(besides: shard)
      }
    }
  }

  /// Drops what was said since the last commit. All partitions are closed, so nothing follows it.
  package func discard() throws(OutputSinkError) {
    dropOutputs()
    inPieces.removeAll()
    uncommitted.removeAll(keepingCapacity: true)
    arrivals.removeAll(keepingCapacity: true)
    bytesCount = 0
    try sink.discard()
    pipeline.noteDiscarded()
    for semaphore in waiting { semaphore.signal() }
    waiting = []
  }

  private func dropOutputs() {
    for shard in pipeline.shards {
      while let batch = shard.popOutput() {
        shard.giveBack(batch)
        pipeline.wakeShards(besides: shard)
      }
    }
  }
}
