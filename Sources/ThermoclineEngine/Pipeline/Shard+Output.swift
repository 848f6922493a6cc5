import Dispatch
import Synchronization
import ThermoclineCore

/// Hands over what was said: filled on the queue, taken by the publisher on its one thread.
extension Shard {
  /// What was said longest ago; nil = nothing is left.
  func popOutput() -> OutputBatch? { output.pop() }

  /// How full the rings are. Any thread.
  var fill: RingFill {
    RingFill(
      input: input.count, inputCapacity: input.capacity, output: output.count,
      outputCapacity: output.capacity)
  }

  /// Takes back a batch that was published, to be filled again.
  func giveBack(_ batch: OutputBatch) {
    batch.clear()
    // Where there is no room it is one too many.
    _ = emptiedOutputs.push(batch)
  }

  /// The sink has failed: outputs that wait for room are dropped, so that nobody waits for ever.
  func abandon() { isAbandoned.store(true, ordering: .releasing) }

  /// A commit interval has begun: accounts that had their early reading may have another.
  func beginRound() {
    // A number alone; the queue that `schedule` goes through orders everything else.
    round.add(1, ordering: .relaxed)
    schedule()
  }

  /// What a partition's days up to this one came to is committed. The publisher's side.
  func noteCommitted(_ day: EventTime, of partition: Int) {
    let note: @Sendable () -> Void = { [self] in
      if let index = place(of: partition) { places[index].work.noteCommitted(day) }
    }
    if let queue { queue.async(execute: note) } else { note() }
  }

  /// Runs the shard for its early readings, or because room was made in the output ring.
  func schedule() {
    if isScheduled.exchange(true, ordering: .acquiringAndReleasing) { return }
    wake?.or(data: 1)
  }

  /// Of a shard without a queue: the work it is due for.
  func runIfScheduled() { if isScheduled.load(ordering: .acquiring) { run() } }

  /// Hands over what was said, if anything was; without waiting only where there is room.
  func handOn(waits: Bool) {
    batchesTaken = 0
    guard hasNews else { return }
    current.progress.removeAll(keepingCapacity: true)
    current.progress.append(contentsOf: closed)
    var hasUnread = false
    for index in places.indices {
      guard let progress = places[index].committable else { continue }
      current.progress.append(progress)
      hasUnread = hasUnread || progress.hasUnread
    }
    if !hasUnread, oldestArrival > 0 {
      if current.oldestArrival == 0 { current.oldestArrival = oldestArrival }
      oldestArrival = 0
    }
    if !closed.isEmpty { current.progress.sort { $0.partition < $1.partition } }
    // Without waiting the batch simply grows until the next run; `takeInput` takes no more input then.
    guard push(current, waits: waits) else { return }
    current = freshOutput()
    closed = []
    hasNews = false
  }

  /// False when there is no room and it does not wait. What nobody takes any more is dropped.
  private func push(_ batch: OutputBatch, waits: Bool) -> Bool {
    while !output.push(batch) {
      if isAbandoned.load(ordering: .acquiring) { break }
      if !waits { return false }
      outputReady.signal()
      _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(1))
    }
    outputReady.signal()
    return true
  }

  /// An empty batch: one that was published, if there is one, for its memory has its size.
  func freshOutput() -> OutputBatch {
    if let batch = emptiedOutputs.pop() { return batch }
    let batch = OutputBatch()
    // What is never written to takes no memory.
    batch.bytes.reserveCapacity(Limits.outputPieceBytes + Limits.outputPieceBytes / 16)
    batch.handOverPiece = { [unowned self] in
      let piece = freshOutput()
      current.move(to: piece)
      hasNews = true
      _ = push(piece, waits: true)
    }
    return batch
  }
}
