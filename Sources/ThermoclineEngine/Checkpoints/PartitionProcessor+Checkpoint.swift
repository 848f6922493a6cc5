import ThermoclineCore
import ThermoclineWindows

/// The whole state of a partition: a function of the messages up to its position, and of nothing else but the policy.
extension PartitionProcessor where Observer: ~Copyable {
  /// Says the chunks of a checkpoint and, last, its manifest; nothing while something waits for other partitions.
  mutating func checkpoint(
    _ request: CheckpointRequest, _ output: OutputBatch
  ) -> CheckpointOutcome {
    guard observer.unsaidPosition == nil else { return .unsettled }
    var manifest = CheckpointManifest(
      sequence: request.sequence, position: nextPosition, watermark: store.watermark,
      fingerprint: CheckpointFingerprint.of(
        policy: observer.fingerprint, windows: store.settings, intake: intake,
        outside: request.fingerprint), takenAt: request.takenAt)
    let (name, slot) = (request.name, request.slot)
    let watermark = store.watermark
    var state = StateWriter(pieceBytes: CheckpointFormat.pieceBytes) { piece in
      let chunk = CheckpointFormat.chunk(
        piece, index: manifest.checksums.count, of: request.sequence)
      manifest.note(chunk, stateBytes: piece.count)
      output.add(
        .checkpoints, key: CheckpointKey(name, slot, .chunk(manifest.checksums.count - 1)).text,
        at: watermark, bytes: chunk)
    }
    let day = observer.write(to: &state)
    guard let day else { return .unsettled }
    store.write(to: &state)
    gate.write(to: &state)
    state.write(nextPosition)
    state.write(hasUnread)
    state.write(midnight)
    state.write(horizon)
    state.finish()
    manifest.day = day
    output.add(
      .checkpoints, key: CheckpointKey(name, slot, .manifest).text, at: watermark,
      bytes: manifest.bytes)
    return .made(day: day, bytes: manifest.packedBytes)
  }

  mutating func restore(_ bytes: [UInt8]) throws(StateError) {
    var state = StateReader(bytes)
    try observer.read(from: &state)
    try store.read(from: &state)
    try gate.read(from: &state)
    nextPosition = try state.number()
    hasUnread = try state.flag()
    midnight = try state.time()
    horizon = try state.number()
    try state.finish()
  }
}
