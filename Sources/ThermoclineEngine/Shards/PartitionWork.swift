import ThermoclineCore

/// A partition's processor, whatever it observes, as a shard holds it. Touched by its shard's queue only.
package protocol PartitionWork: AnyObject {
  var progress: PartitionProgress { get }
  /// Parts of it that are asked for again and again: the whole counts what every table holds.
  var nextPosition: Int64 { get }
  var watermark: EventTime { get }
  var said: SaidTimes { get }
  var hasUnread: Bool { get }
  /// Applies a batch from a place on, 0 at first. nil when all of it was applied; else where to go on, once the other
  /// partitions have come further.
  func process(_ batch: EventBatch, from start: Int, into output: OutputBatch) -> Int?
  func advance(to time: EventTime, _ output: OutputBatch)
  func anticipate(limit: Int, _ output: OutputBatch) -> Bool
  func passTime(_ span: TimeSpan, _ output: OutputBatch)
  /// The clock had brought time here before a restart.
  func setClock(_ time: EventTime)
  /// An earlier run has said so much, whatever its position.
  func setSaid(_ said: SaidTimes)
  /// All that the days up to this midnight came to is committed, and will not be asked for again.
  func noteCommitted(_ day: EventTime)
  func settle(_ output: OutputBatch)
  /// The input has ended; false when time may not come to its newest event yet.
  func end(_ output: OutputBatch) -> Bool
  func drain(_ output: OutputBatch)
  /// Says a checkpoint of it, if it stands where one can be made.
  func checkpoint(_ request: CheckpointRequest, _ output: OutputBatch) -> CheckpointOutcome
  /// Goes on from a checkpoint; a new partition's work only.
  func restore(_ checkpoint: CheckpointShelf.Checkpoint) throws(StateError)
}

extension PartitionWork {
  package var nextPosition: Int64 { progress.nextPosition }
  package var watermark: EventTime { progress.watermark }
  package var said: SaidTimes { progress.said }
  package var hasUnread: Bool { progress.hasUnread }

  /// Applies a whole batch of a partition that waits for no other.
  package func process(_ batch: EventBatch, into output: OutputBatch) {
    let left = process(batch, from: 0, into: output)
    precondition(left == nil, "the partition waits for another one")
  }
}

/// The processor behind a reference.
///
/// What is asked for again and again is specialised for the observers there are: behind the protocol, the compiler has
/// only the generic code, which looks up where everything stands each time.
package final class PartitionRunner<Observer: TickObserver & ~Copyable>: PartitionWork {
  package var processor: PartitionProcessor<Observer>

  package init(_ processor: consuming PartitionProcessor<Observer>) { self.processor = processor }

  package var progress: PartitionProgress {
    @specialized(where Observer == HealthObserver) get { processor.progress }
  }
  package var nextPosition: Int64 {
    @specialized(where Observer == HealthObserver) get { processor.nextPosition }
  }
  package var watermark: EventTime {
    @specialized(where Observer == HealthObserver) get { processor.watermark }
  }
  package var said: SaidTimes {
    @specialized(where Observer == HealthObserver) get { processor.saidTimes }
  }
  package var hasUnread: Bool {
    @specialized(where Observer == HealthObserver) get { processor.hasUnread }
  }
  @specialized(where Observer == HealthObserver)
  @specialized(where Observer == WindowRows)
  package func process(_ batch: EventBatch, from start: Int, into output: OutputBatch) -> Int? {
    processor.process(batch, from: start, into: output)
  }
  package func advance(to time: EventTime, _ output: OutputBatch) {
    processor.advance(to: time, output)
  }
  @specialized(where Observer == HealthObserver)
  package func anticipate(limit: Int, _ output: OutputBatch) -> Bool {
    processor.anticipate(limit: limit, output)
  }
  package func passTime(_ span: TimeSpan, _ output: OutputBatch) {
    processor.passTime(span, output)
  }
  package func setClock(_ time: EventTime) { processor.setClock(time) }
  package func setSaid(_ said: SaidTimes) { processor.setSaid(said) }
  package func noteCommitted(_ day: EventTime) { processor.observer.noteCommitted(day) }
  @specialized(where Observer == HealthObserver)
  package func settle(_ output: OutputBatch) { processor.settle(output) }
  package func end(_ output: OutputBatch) -> Bool { processor.end(output) }
  package func drain(_ output: OutputBatch) { processor.drain(output) }
  package func checkpoint(
    _ request: CheckpointRequest, _ output: OutputBatch
  ) -> CheckpointOutcome { processor.checkpoint(request, output) }
  package func restore(_ checkpoint: CheckpointShelf.Checkpoint) throws(StateError) {
    try processor.restore(checkpoint)
  }
}

/// Work that no checkpoint is made of and that follows no clock.
extension PartitionWork {
  package func setClock(_ time: EventTime) {}
  package func setSaid(_ said: SaidTimes) {}
  package func noteCommitted(_ day: EventTime) {}
  package func checkpoint(
    _ request: CheckpointRequest, _ output: OutputBatch
  ) -> CheckpointOutcome { .unsettled }
  package func restore(_ checkpoint: CheckpointShelf.Checkpoint) throws(StateError) {
    throw StateError("no checkpoint is made of this work")
  }
}
