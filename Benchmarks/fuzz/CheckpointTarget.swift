import ThermoclineCore

@testable import ThermoclineEngine

/// Messages of checkpoints. The first byte says what the rest is: a key; a message as it came; one that gets its checksum
/// here, which would keep it from being reached; a chunk that does; or the content of two chunks, of which the second byte
/// says where the first ends (in 1/255).
struct CheckpointTarget: Target {
  var seeds: [[UInt8]] {
    let messages = SmallJob.said.checkpoint
    var seeds: [[UInt8]] = [[0] + Array("job/events/0/a/3".utf8)]
    for (key, value) in [messages.last, messages.first].compactMap({ $0 }) {
      seeds += [
        [0] + Array(key.utf8), [1] + value, [2] + value.dropLast(4), [3] + value.dropLast(4),
      ]
      if let content = try? CheckpointFormat.state(in: value, index: 0, of: 1) {
        seeds.append([4, 255] + content.prefix(2_048))
      }
    }
    return seeds
  }

  func run(_ input: UnsafeRawBufferPointer) {
    guard let first = input.first else { return }
    let bytes = Array(input.dropFirst())
    switch first % 5 {
    case 0: name(String(decoding: bytes, as: UTF8.self))
    case 1: message(bytes)
    case 2: message(CheckpointFormat.sealed(bytes))
    case 3: chunk(CheckpointFormat.sealed(bytes))
    default: content(bytes)
    }
  }

  private func name(_ text: String) {
    guard let key = CheckpointKey(text) else { return }
    require(CheckpointKey(key.text) == key, "\(key) is read as another")
  }

  /// As the manifest and as the only chunk.
  private func message(_ bytes: [UInt8]) {
    if let manifest = try? CheckpointManifest(bytes, slot: .a) {
      var again = try? CheckpointManifest(manifest.bytes, slot: .a)
      again?.parts = manifest.parts
      require(again?.chain == manifest.chain && again?.position == manifest.position)
      require(manifest.stateBytes >= 0 && manifest.packedBytes >= 0 && manifest.addedBytes >= 0)
    }
    var shelf = CheckpointShelf()
    shelf.take(key: "job/0/a/manifest", value: bytes)
    for slot in ["a", "b"] { shelf.take(key: "job/0/\(slot)/0", value: bytes) }
    for checkpoint in shelf.checkpoints(of: "job/0") where checkpoint.damage == nil {
      if let state = try? checkpoint.state() { drain(state) }
    }
    _ = shelf.namedChunks(of: "job/0")
  }

  private func chunk(_ bytes: [UInt8]) {
    guard (try? CheckpointFormat.open(bytes, .chunk)) != nil else { return }
    for (index, sequence) in [(0, Int64(1)), (1, 2)] {
      guard let content = try? CheckpointFormat.state(in: bytes, index: index, of: sequence) else {
        continue
      }
      let again = CheckpointFormat.chunk(content, index: index, of: sequence)
      require((try? CheckpointFormat.state(in: again, index: index, of: sequence)) == content)
    }
  }

  /// Two layers, the second on top of the first, of parts of several sizes.
  private func content(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let rest = bytes.dropFirst()
    let cut = rest.startIndex + rest.count * Int(first) / 255
    var chain = CheckpointChain(slot: .a)
    var chunks: [[UInt8]] = []
    for (index, content) in [rest[..<cut], rest[cut...]].enumerated() {
      let sequence = Int64(index + 1)
      let chunk = CheckpointFormat.chunk(Array(content), index: index, of: sequence)
      require(
        (try? CheckpointFormat.state(in: chunk, index: index, of: sequence)) == Array(content))
      chain.note(chunk, of: sequence)
      chunks.append(chunk)
    }
    for parts in [[rest.count], [1, 4_096, 100], [StatePages.pageBytes, 0, 65_537]] {
      var manifest = CheckpointManifest(
        sequence: 2, position: 0, watermark: SmallJob.start, fingerprint: 7,
        takenAt: SmallJob.start,
        chain: chain)
      manifest.parts = parts
      if let state = try? CheckpointState(manifest, chunks) { drain(state) }
    }
  }

  private func drain(_ state: CheckpointState) {
    var piece: [UInt8] = []
    // As a reader would, which asks for no more than the manifest announces.
    for _ in 0..<10_000 {
      do throws(StateError) { try state.next(&piece) } catch { return }
      require(!piece.isEmpty)
    }
  }
}
