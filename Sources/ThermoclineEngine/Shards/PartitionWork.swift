import ThermoclineCore

/// A partition's processor, whatever it observes, as a shard holds it. Touched by its shard's queue only.
package protocol PartitionWork: AnyObject {
  var progress: PartitionProgress { get }
  func process(_ batch: EventBatch, into output: OutputBatch)
  func advance(to time: EventTime, _ output: OutputBatch)
  func anticipate(limit: Int, _ output: OutputBatch) -> Bool
  func passTime(_ span: TimeSpan, _ output: OutputBatch)
  func settle(_ output: OutputBatch)
  func end(_ output: OutputBatch)
  func drain(_ output: OutputBatch)
}

/// The processor behind a reference.
package final class PartitionRunner<Observer: TickObserver & ~Copyable>: PartitionWork {
  package var processor: PartitionProcessor<Observer>

  package init(_ processor: consuming PartitionProcessor<Observer>) { self.processor = processor }

  package var progress: PartitionProgress { processor.progress }
  package func process(_ batch: EventBatch, into output: OutputBatch) {
    processor.process(batch, into: output)
  }
  package func advance(to time: EventTime, _ output: OutputBatch) {
    processor.advance(to: time, output)
  }
  package func anticipate(limit: Int, _ output: OutputBatch) -> Bool {
    processor.anticipate(limit: limit, output)
  }
  package func passTime(_ span: TimeSpan, _ output: OutputBatch) {
    processor.passTime(span, output)
  }
  package func settle(_ output: OutputBatch) { processor.settle(output) }
  package func end(_ output: OutputBatch) { processor.end(output) }
  package func drain(_ output: OutputBatch) { processor.drain(output) }
}
