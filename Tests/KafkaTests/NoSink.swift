import ThermoclineEngine

/// Takes everything and keeps nothing.
final class NoSink: OutputSink {
  func publish(_ batch: OutputBatch) throws(OutputSinkError) {}
  func commit(_ progress: [PartitionProgress]) throws(OutputSinkError) {}
}
