import ThermoclineCore

/// The state in a checkpoint, piece by piece: each page from the newest layer that has it.
final class CheckpointState {
  private let parts: [Int]
  /// The newest first.
  private var layers: [CheckpointLayerReader] = []
  private var part = 0
  /// Bytes of the part that were read.
  private var place = 0
  /// What was read, to tell what changes from now on.
  private(set) var pages = StatePages()

  /// Bytes of a piece: few enough to stay in a cache until they are read.
  static let pieceBytes = 64 << 10

  init(_ manifest: CheckpointManifest, _ chunks: [[UInt8]]) throws(StateError) {
    parts = manifest.parts
    var first = 0
    for layer in manifest.chain.layers {
      guard layer.chunksCount <= chunks.count - first else {
        throw StateError("chunk \(chunks.count) is missing")
      }
      let next = first + layer.chunksCount
      layers.insert(
        try CheckpointLayerReader(layer, chunks[first..<next], isPlain: manifest.format == 1),
        at: 0)
      first = next
    }
  }

  /// Puts the next bytes, at least one, in the place of those before. Not to be asked at the end.
  func next(_ piece: inout [UInt8]) throws(StateError) {
    piece.removeAll(keepingCapacity: true)
    while piece.isEmpty, part < parts.count {
      let end = min(parts[part], place + Self.pieceBytes)
      while place < end { try append(to: &piece, until: end) }
      let endsPart = place == parts[part]
      _ = pages.add(piece, endsPart: endsPart, since: nil)
      if endsPart {
        part += 1
        place = 0
      }
    }
    if piece.isEmpty { throw StateError("there is no more of it") }
  }

  /// Adds what the newest layer that has the next byte says of it and of those after it.
  private func append(to piece: inout [UInt8], until limit: Int) throws(StateError) {
    var end = limit
    for index in layers.indices {
      try layers[index].advance(to: place, of: part)
      guard layers[index].part == part else { continue }
      let range = layers[index].range
      if range.lowerBound > place {
        // A newer layer goes on there.
        end = min(end, range.lowerBound)
        continue
      }
      end = min(end, range.upperBound)
      layers[index].append(place..<end, to: &piece)
      place = end
      return
    }
    throw StateError("byte \(place) of part \(part) is in no layer")
  }
}
