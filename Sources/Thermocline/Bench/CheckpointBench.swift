internal import ThermoclineCore
internal import ThermoclineEngine

/// A checkpoint of a partition, written once and restored once, without Kafka between.
package struct CheckpointBench: Sendable {
  package var messages: Int
  /// Of the state, and of the messages that hold it.
  package var stateBytes: Int
  package var packedBytes: Int
  package var writingSeconds: Double
  package var restoringSeconds: Double

  /// - Parameter fresh: makes a partition with the same settings that knows nothing.
  init(of work: any PartitionWork, fresh: () -> any PartitionWork) throws(JobFailure) {
    let name = CheckpointKey.name(group: "bench", topic: "events", partition: 0)
    let request = CheckpointRequest(
      name: name, slot: .a, sequence: 1, fingerprint: 0, takenAt: .distantPast)
    let output = OutputBatch()
    // As if it were committed, as it has to be.
    work.noteCommitted(work.said.days)
    let start = monotonicNanoseconds()
    guard case .made = work.checkpoint(request, output) else {
      throw JobFailure(.internalError, "a partition alone had something to settle with others")
    }
    let written = monotonicNanoseconds()
    var shelf = CheckpointShelf()
    for record in output.records {
      shelf.take(
        key: String(decoding: output.bytes[record.key], as: UTF8.self),
        value: Array(output.bytes[record.value]))
    }
    messages = output.records.count
    let other = fresh()
    let read = monotonicNanoseconds()
    guard let checkpoint = shelf.checkpoints(of: name).first, checkpoint.damage == nil else {
      throw JobFailure(.internalError, "the checkpoint is not whole")
    }
    do throws(StateError) { try other.restore(checkpoint) } catch {
      throw JobFailure(.internalError, "\(error)")
    }
    restoringSeconds = Double(monotonicNanoseconds() - read) / 1e9
    writingSeconds = Double(written - start) / 1e9
    stateBytes = Int(checkpoint.manifest.stateBytes)
    packedBytes = Int(checkpoint.manifest.packedBytes)
  }

  func figures(accounts: Int) -> [BenchFigure] {
    let each = Double(max(accounts, 1))
    return [
      BenchFigure("checkpointMessages", .count(messages)),
      BenchFigure("checkpointStateBytesPerAccount", .number(Double(stateBytes) / each), "B"),
      BenchFigure("checkpointBytesPerAccount", .number(Double(packedBytes) / each), "B"),
      BenchFigure("checkpointWriting", .number(writingSeconds), "s"),
      BenchFigure("checkpointRestoring", .number(restoringSeconds), "s"),
    ]
  }
}
