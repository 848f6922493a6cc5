import ThermoclineCore
import ThermoclineWindows

/// The whole state of a partition: a function of the messages up to its position, and of nothing else but the policy.
extension PartitionProcessor where Observer: ~Copyable {
  /// Says the chunks of a checkpoint that are not there yet and, last, its manifest; nothing while something waits for other
  /// partitions.
  mutating func checkpoint(
    _ request: CheckpointRequest, _ output: OutputBatch
  ) -> CheckpointOutcome {
    // While a set is repeated, the last complete one must stay whole, so nothing under other keys is written over.
    let mayBeginAnew = said.map { $0.chain.isHeavy && !request.isRepeated } ?? true
    let before = mayBeginAnew ? nil : said
    let slot = said?.chain.slot.other ?? request.slot
    let (name, watermark) = (request.name, store.watermark)
    var manifest = CheckpointManifest(
      sequence: request.sequence, position: nextPosition, watermark: watermark,
      fingerprint: CheckpointFingerprint.of(
        policy: observer.fingerprint, windows: store.settings, intake: intake,
        outside: request.fingerprint),
      takenAt: request.takenAt, chain: before?.chain ?? CheckpointChain(slot: slot))
    var layer = CheckpointLayerWriter(since: before?.pages) { content in
      let number = manifest.chain.checksums.count
      let chunk = CheckpointFormat.chunk(content, index: number, of: request.sequence)
      manifest.chain.note(chunk, of: request.sequence)
      output.add(
        .checkpoints, key: CheckpointKey(name, manifest.chain.slot, .chunk(number)).text,
        at: watermark, bytes: chunk)
    }
    var state = StateWriter(pieceBytes: CheckpointState.pieceBytes) { piece, endsPart in
      layer.add(piece, endsPart: endsPart)
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
    layer.finish()
    manifest.day = day
    manifest.parts = layer.pages.parts
    var leftoversCount = before?.leftoversCount ?? said?.chain.checksums.count ?? 0
    if before != nil, !request.isRepeated {
      // The last complete set is of this chain, and the manifest that named the other one is replaced now.
      for number in 0..<leftoversCount {
        output.addTombstone(
          .checkpoints, key: CheckpointKey(name, manifest.chain.slot.other, .chunk(number)).text,
          at: watermark)
      }
      leftoversCount = 0
    }
    output.add(
      .checkpoints, key: CheckpointKey(name, request.slot, .manifest).text, at: watermark,
      bytes: manifest.bytes)
    said = SaidCheckpoint(
      chain: manifest.chain, pages: layer.pages, leftoversCount: leftoversCount)
    return .made(day: day, bytes: manifest.addedBytes, wholeBytes: manifest.packedBytes)
  }

  /// Takes over a whole checkpoint, of a partition that knows nothing.
  mutating func restore(_ checkpoint: CheckpointShelf.Checkpoint) throws(StateError) {
    let manifest = checkpoint.manifest
    let reading = try checkpoint.state()
    var state = StateReader(count: Int(manifest.stateBytes), format: manifest.format) {
      piece throws(StateError) in try reading.next(&piece)
    }
    try observer.read(from: &state)
    try store.read(from: &state)
    try gate.read(from: &state)
    nextPosition = try state.number()
    hasUnread = try state.flag()
    midnight = try state.time()
    horizon = try state.number()
    try state.finish()
    // Format 1 knows no pages: the next checkpoint says everything again, under the keys of the other slot.
    guard manifest.format > 1 else { return }
    said = SaidCheckpoint(
      chain: manifest.chain, pages: reading.pages, leftoversCount: checkpoint.leftoversCount)
  }
}
