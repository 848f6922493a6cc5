/// The key of a message of a checkpoint: `name/slot/place`. Two slots alternate, so that the checkpoint before stays whole
/// until the next one is.
package struct CheckpointKey: Sendable, Equatable {
  package enum Slot: String, Sendable, CaseIterable {
    case a, b
    package var other: Slot { self == .a ? .b : .a }
  }
  enum Place: Equatable {
    case chunk(Int)
    case manifest
  }

  /// Of the partition: group, topic and number.
  package var name: String
  package var slot: Slot
  var place: Place

  init(_ name: String, _ slot: Slot, _ place: Place) {
    self.name = name
    self.slot = slot
    self.place = place
  }

  /// nil: not the key of a checkpoint.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 3, let slot = Slot(rawValue: String(parts[parts.count - 2])) else {
      return nil
    }
    let last = parts[parts.count - 1]
    if last == "manifest" {
      place = .manifest
    } else if let number = Int(last), number >= 0 {
      place = .chunk(number)
    } else {
      return nil
    }
    self.slot = slot
    name = parts.dropLast(2).joined(separator: "/")
  }

  /// The number of a chunk; nil for a manifest's key.
  package var chunkNumber: Int? { if case .chunk(let number) = place { number } else { nil } }

  var text: String {
    switch place {
    case .chunk(let number): "\(name)/\(slot.rawValue)/\(number)"
    case .manifest: "\(name)/\(slot.rawValue)/manifest"
    }
  }

  /// The name of a partition's checkpoints.
  package static func name(group: String, topic: String, partition: Int32) -> String {
    "\(group)/\(topic)/\(partition)"
  }
}
