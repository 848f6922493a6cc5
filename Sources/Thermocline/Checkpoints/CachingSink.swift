internal import ThermoclineEngine

/// A sink that keeps the chunks of checkpoints in the cache on their way to their topic.
final class CachingSink: OutputSink {
  private let sink: any OutputSink
  private let cache: CheckpointCache

  init(_ sink: any OutputSink, _ cache: CheckpointCache) {
    self.sink = sink
    self.cache = cache
  }

  func start() throws(OutputSinkError) { try sink.start() }

  func makeRoom() throws(OutputSinkError) { try sink.makeRoom() }

  func publish(_ batch: OutputBatch) throws(OutputSinkError) {
    // Before the sink takes the records.
    for record in batch.records where record.stream == .checkpoints {
      cache.take(
        key: String(decoding: batch.bytes[record.key], as: UTF8.self),
        value: record.value.isEmpty ? nil : Array(batch.bytes[record.value]))
    }
    try sink.publish(batch)
  }

  func commit(_ progress: [PartitionProgress]) throws(OutputSinkError) {
    try sink.commit(progress)
  }

  func discard() throws(OutputSinkError) { try sink.discard() }
}
