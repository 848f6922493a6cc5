/// The chunks that a checkpoint is made of: a layer that holds all pages of the state, and on it, the oldest first, layers
/// of those that changed. All have keys of one slot, numbered on from layer to layer.
package struct CheckpointChain: Sendable, Equatable {
  /// What one checkpoint added.
  package struct Layer: Sendable, Equatable {
    /// Of that checkpoint.
    package var sequence: Int64
    package var chunksCount = 0
    /// Of its chunks.
    package var bytes: Int64 = 0
  }

  package var slot: CheckpointKey.Slot
  package private(set) var layers: [Layer] = []
  /// Of all chunks.
  package private(set) var checksums: [UInt32] = []

  init(slot: CheckpointKey.Slot) { self.slot = slot }

  /// Of all chunks.
  package var bytes: Int64 { layers.reduce(0) { $0 + $1.bytes } }

  /// Another layer would make a restart read too much that was replaced since: it is time to say everything again. With
  /// half as much on top, a stream that changes a share of the pages writes three times that share.
  var isHeavy: Bool {
    guard let base = layers.first else { return false }
    return layers.count >= Self.layersMax || bytes - base.bytes > base.bytes / 2
  }

  /// One more chunk was said, by the checkpoint of this sequence.
  mutating func note(_ chunk: [UInt8], of sequence: Int64) {
    if layers.last?.sequence != sequence { layers.append(Layer(sequence: sequence)) }
    layers[layers.count - 1].chunksCount += 1
    layers[layers.count - 1].bytes += Int64(chunk.count)
    checksums.append(CheckpointFormat.checksum(chunk))
  }

  /// As a manifest lists it.
  init(slot: CheckpointKey.Slot, layers: [Layer], checksums: [UInt32]) {
    self.slot = slot
    self.layers = layers
    self.checksums = checksums
  }

  /// Reading keeps a chunk of each in memory.
  static let layersMax = 32
}
