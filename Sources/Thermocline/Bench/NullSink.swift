internal import ThermoclineEngine

/// Takes outputs and forgets them: for measuring what comes before publishing.
final class NullSink: OutputSink {
  func publish(_ batch: OutputBatch) throws(OutputSinkError) {}
  func commit(_ progress: [PartitionProgress]) throws(OutputSinkError) {}
}
