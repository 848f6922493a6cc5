import ThermoclineCore

/// The newest messages of a topic of checkpoints, and what can be made of them.
package struct CheckpointShelf: Sendable {
  package struct Checkpoint: Sendable {
    package var manifest: CheckpointManifest
    package var slot: CheckpointKey.Slot
    /// Why it cannot be used; nil for a whole one.
    package var damage: String?
    /// Chunks that are there under the keys of the other slot than its own chunks'.
    package var leftoversCount = 0
    /// Those of its chunks that are whole, up to the first that is not.
    package fileprivate(set) var chunks: [[UInt8]] = []
  }

  /// A chunk as a manifest names it.
  package struct NamedChunk: Sendable {
    package var key: String
    fileprivate var checksum: UInt32
    /// nil: it is not here.
    package fileprivate(set) var bytes: [UInt8]?

    fileprivate init(key: String, checksum: UInt32) {
      self.key = key
      self.checksum = checksum
    }

    /// Whether a message is the one that is named, unless it was damaged since.
    package func isThis(_ bytes: [UInt8]) -> Bool {
      bytes.count >= 4 && CheckpointFormat.checksum(bytes) == checksum
    }
  }

  /// All that there is of one partition.
  private struct Messages {
    var manifests: [CheckpointKey.Slot: [UInt8]] = [:]
    var chunks: [CheckpointKey.Slot: [Int: [UInt8]]] = [:]
  }

  private var messages: [String: Messages] = [:]
  private let wanted: Set<String>?

  /// Keeps checkpoints of these names only, for a topic holds those of every partition of every group; nil = all.
  package init(of wanted: Set<String>? = nil) { self.wanted = wanted }

  /// Takes a message; a later one of the same key replaces it. What is no checkpoint's is passed over.
  package mutating func take(key: String, value: [UInt8]?) {
    guard let key = CheckpointKey(key), wanted?.contains(key.name) ?? true else { return }
    switch key.place {
    case .manifest: messages[key.name, default: Messages()].manifests[key.slot] = value
    case .chunk(let number):
      messages[key.name, default: Messages()].chunks[key.slot, default: [:]][number] = value
    }
  }

  /// Of which partitions there are any.
  package var names: [String] { messages.keys.sorted() }

  /// The checkpoints of a partition, the newest first.
  package func checkpoints(of name: String) -> [Checkpoint] {
    guard let messages = messages[name] else { return [] }
    var looks = ChunkLooks(messages.chunks)
    return CheckpointKey.Slot.allCases.compactMap { slot in
      messages.manifests[slot].map { Self.checkpoint(slot, $0, &looks) }
    }.sorted { $0.manifest.sequence > $1.manifest.sequence }
  }

  /// The chunks that the manifests of a partition name; one that two of them name is as the newer one names it.
  package func namedChunks(of name: String) -> [NamedChunk] {
    guard let messages = messages[name] else { return [] }
    let manifests = messages.manifests.compactMap { slot, bytes in
      try? CheckpointManifest(bytes, slot: slot)
    }.sorted { $0.sequence > $1.sequence }
    var named: [NamedChunk] = []
    var counts: [CheckpointKey.Slot: Int] = [:]
    for chain in manifests.map(\.chain) {
      // Numbers go on from layer to layer, so the newer one has named all before.
      let known = counts[chain.slot] ?? 0
      for (number, sum) in chain.checksums.enumerated().dropFirst(known) {
        var chunk = NamedChunk(
          key: CheckpointKey(name, chain.slot, .chunk(number)).text, checksum: sum)
        if let bytes = messages.chunks[chain.slot]?[number], chunk.isThis(bytes) {
          chunk.bytes = bytes
        }
        named.append(chunk)
      }
      counts[chain.slot] = max(known, chain.checksums.count)
    }
    return named
  }

  /// Each chunk is looked at once, however many manifests name it.
  private struct ChunkLooks {
    let chunks: [CheckpointKey.Slot: [Int: [UInt8]]]
    private var damages: [CheckpointKey.Slot: [Int: CheckpointFormat.Damage?]] = [:]

    init(_ chunks: [CheckpointKey.Slot: [Int: [UInt8]]]) { self.chunks = chunks }

    mutating func damage(
      _ slot: CheckpointKey.Slot, _ number: Int, _ chunk: [UInt8]
    ) -> CheckpointFormat.Damage? {
      if let known = damages[slot]?[number] { return known }
      var damage: CheckpointFormat.Damage?
      do throws(CheckpointFormat.Damage) { _ = try CheckpointFormat.open(chunk, .chunk) } catch {
        damage = error
      }
      damages[slot, default: [:]][number] = .some(damage)
      return damage
    }
  }

  private static func checkpoint(
    _ slot: CheckpointKey.Slot, _ bytes: [UInt8], _ looks: inout ChunkLooks
  ) -> Checkpoint {
    let manifest: CheckpointManifest
    do throws(CheckpointFormat.Damage) {
      manifest = try CheckpointManifest(bytes, slot: slot)
    } catch {
      let nothing = CheckpointManifest(
        sequence: .min, position: 0, watermark: .distantPast, fingerprint: 0, takenAt: .distantPast,
        chain: CheckpointChain(slot: slot))
      return Checkpoint(manifest: nothing, slot: slot, damage: text(error, "its manifest"))
    }
    let chain = manifest.chain
    var checkpoint = Checkpoint(
      manifest: manifest, slot: slot,
      leftoversCount: looks.chunks[chain.slot.other]?.keys.max().map { $0 + 1 } ?? 0)
    for (number, sum) in chain.checksums.enumerated() {
      let name = "chunk \(number) of \(chain.checksums.count)"
      guard let chunk = looks.chunks[chain.slot]?[number] else {
        checkpoint.damage = "\(name) is missing"
        break
      }
      guard chunk.count >= 4, CheckpointFormat.checksum(chunk) == sum else {
        checkpoint.damage = "\(name) is another checkpoint's"
        break
      }
      if let damage = looks.damage(chain.slot, number, chunk) {
        checkpoint.damage = text(damage, name)
        break
      }
      checkpoint.chunks.append(chunk)
    }
    return checkpoint
  }

  private static func text(_ damage: CheckpointFormat.Damage, _ what: String) -> String {
    switch damage {
    case .cut: "\(what) is cut off"
    case .foreign: "\(what) is no part of it"
    case .version(let version):
      "\(what) has format \(version), of another version of thermocline; this one reads up to "
        + "\(CheckpointFormat.version)"
    case .checksum: "\(what) has a wrong checksum"
    case .content: "\(what) cannot be unpacked"
    }
  }
}

extension CheckpointShelf.Checkpoint {
  /// The state of the partition, of a whole checkpoint.
  func state() throws(StateError) -> CheckpointState { try CheckpointState(manifest, chunks) }
}
