internal import Synchronization
internal import ThermoclineEngine

/// Takes the place of the topic of checkpoints: keeps manifests and counts bytes; chunks go past it into the cache.
final class RecoverySink: OutputSink {
  private let said = Mutex<(manifests: [String: [UInt8]], bytes: Int)>(([:], 0))

  func publish(_ batch: OutputBatch) throws(OutputSinkError) {
    for record in batch.records where record.stream == .checkpoints {
      let key = String(decoding: batch.bytes[record.key], as: UTF8.self)
      let value = Array(batch.bytes[record.value])
      said.withLock {
        $0.bytes += value.count
        if CheckpointKey(key)?.chunkNumber == nil { $0.manifests[key] = value }
      }
    }
  }

  func commit(_ progress: [PartitionProgress]) throws(OutputSinkError) {}

  var manifests: [String: [UInt8]] { said.withLock { $0.manifests } }

  /// Of all messages since the last call.
  func takeBytes() -> Int {
    said.withLock { said in
      defer { said.bytes = 0 }
      return said.bytes
    }
  }
}
