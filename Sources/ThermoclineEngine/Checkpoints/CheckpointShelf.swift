import ThermoclineCore

/// The newest messages of a topic of checkpoints, and what can be made of them.
package struct CheckpointShelf: Sendable {
  package struct Checkpoint: Sendable {
    package var manifest: CheckpointManifest
    package var slot: CheckpointKey.Slot
    /// Why it cannot be used; nil for a whole one.
    package var damage: String?
    fileprivate var chunks: [[UInt8]] = []
  }

  private struct Slot {
    var manifest: [UInt8]?
    var chunks: [Int: [UInt8]] = [:]
  }

  private var slots: [String: [CheckpointKey.Slot: Slot]] = [:]
  private let wanted: Set<String>?

  /// Keeps checkpoints of these names only, for a topic holds those of every partition of every group; nil = all.
  package init(of wanted: Set<String>? = nil) { self.wanted = wanted }

  /// Takes a message; a later one of the same key replaces it. What is no checkpoint's is passed over.
  package mutating func take(key: String, value: [UInt8]?) {
    guard let key = CheckpointKey(key), wanted?.contains(key.name) ?? true else { return }
    var slot = slots[key.name]?[key.slot] ?? Slot()
    switch key.place {
    case .manifest: slot.manifest = value
    case .chunk(let number): slot.chunks[number] = value
    }
    slots[key.name, default: [:]][key.slot] = slot
  }

  /// Of which partitions there are any.
  package var names: [String] { slots.keys.sorted() }

  /// The checkpoints of a partition, the newest first.
  package func checkpoints(of name: String) -> [Checkpoint] {
    (slots[name] ?? [:]).compactMap { slot, messages in checkpoint(slot, messages) }
      .sorted { $0.manifest.sequence > $1.manifest.sequence }
  }

  private func checkpoint(_ slot: CheckpointKey.Slot, _ messages: Slot) -> Checkpoint? {
    guard let bytes = messages.manifest else { return nil }
    let manifest: CheckpointManifest
    do throws(CheckpointFormat.Damage) { manifest = try CheckpointManifest(bytes) } catch {
      let nothing = CheckpointManifest(
        sequence: .min, position: 0, watermark: .distantPast, fingerprint: 0, takenAt: .distantPast)
      return Checkpoint(manifest: nothing, slot: slot, damage: Self.text(error, "its manifest"))
    }
    var checkpoint = Checkpoint(manifest: manifest, slot: slot)
    for (index, sum) in manifest.checksums.enumerated() {
      guard let chunk = messages.chunks[index] else {
        checkpoint.damage = "chunk \(index) of \(manifest.checksums.count) is missing"
        break
      }
      guard chunk.count >= 4, CheckpointFormat.checksum(chunk) == sum else {
        checkpoint.damage = "chunk \(index) of \(manifest.checksums.count) is another checkpoint's"
        break
      }
      do throws(CheckpointFormat.Damage) { _ = try CheckpointFormat.open(chunk, .chunk) } catch {
        checkpoint.damage = Self.text(error, "chunk \(index) of \(manifest.checksums.count)")
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
      "\(what) has format \(version), of another version of thermocline; this one reads \(CheckpointFormat.version)"
    case .checksum: "\(what) has a wrong checksum"
    case .content: "\(what) cannot be unpacked"
    }
  }
}

extension CheckpointShelf.Checkpoint {
  /// The state of the partition, of a whole checkpoint.
  package func state() throws(StateError) -> [UInt8] {
    var state: [UInt8] = []
    for (index, chunk) in chunks.enumerated() {
      do throws(CheckpointFormat.Damage) {
        state += try CheckpointFormat.state(in: chunk, index: index, of: manifest.sequence)
      } catch { throw StateError("chunk \(index) cannot be unpacked: \(error)") }
    }
    return state
  }
}
