import ThermoclineCore

/// What a checkpoint is of, the checksum of each of its chunks, and what they come to: written last, so that what is whole
/// can be told from what is torn.
package struct CheckpointManifest: Sendable, Equatable {
  /// As which it was written.
  package private(set) var format = CheckpointFormat.version
  /// Rises with time.
  package var sequence: Int64
  /// The message after the last one that its state reflects.
  package var position: Int64
  package var watermark: EventTime
  /// Of the policy and the settings that the state depends on.
  package var fingerprint: UInt64
  /// By the wall clock.
  package var takenAt: EventTime
  /// The last event-time day that all partitions had settled.
  package var day = EventTime.distantPast
  package var chain: CheckpointChain
  /// Bytes of each part of the state; in format 1 all is one.
  package var parts: [Int] = []

  init(
    sequence: Int64, position: Int64, watermark: EventTime, fingerprint: UInt64,
    takenAt: EventTime, chain: CheckpointChain
  ) {
    self.sequence = sequence
    self.position = position
    self.watermark = watermark
    self.fingerprint = fingerprint
    self.takenAt = takenAt
    self.chain = chain
  }

  /// Bytes of the state.
  package var stateBytes: Int64 { Int64(parts.reduce(0, +)) }
  /// Bytes of all chunks that hold it.
  package var packedBytes: Int64 { chain.bytes }
  /// Bytes of those that this checkpoint added.
  package var addedBytes: Int64 {
    chain.layers.last.map { $0.sequence == sequence ? $0.bytes : 0 } ?? 0
  }

  /// As a message.
  var bytes: [UInt8] {
    var bytes = CheckpointFormat.head(.manifest)
    var numbers = [
      sequence, position, watermark.milliseconds, Int64(bitPattern: fingerprint),
      takenAt.milliseconds, day.milliseconds, chain.slot == .a ? 0 : 1, Int64(chain.layers.count),
    ]
    for layer in chain.layers {
      numbers += [layer.sequence, Int64(layer.chunksCount), layer.bytes]
    }
    numbers.append(Int64(parts.count))
    numbers += parts.map(Int64.init)
    numbers += chain.checksums.map(Int64.init)
    for number in numbers { CheckpointFormat.append(UInt64(bitPattern: number), to: &bytes) }
    return CheckpointFormat.sealed(bytes)
  }

  /// - Parameter slot: that of its key.
  init(_ bytes: [UInt8], slot: CheckpointKey.Slot) throws(CheckpointFormat.Damage) {
    var place = try CheckpointFormat.open(bytes, .manifest)
    func next() throws(CheckpointFormat.Damage) -> Int64 {
      Int64(bitPattern: try CheckpointFormat.number(bytes, &place))
    }
    /// How many items follow, each of so many numbers.
    func count(of numbers: Int = 1) throws(CheckpointFormat.Damage) -> Int {
      let count = try next()
      guard count >= 0, count <= Int64((bytes.count - 4 - place) / 8 / numbers) else {
        throw .content
      }
      return Int(count)
    }
    format = bytes[CheckpointFormat.magic.count]
    sequence = try next()
    position = try next()
    watermark = EventTime(milliseconds: try next())
    fingerprint = UInt64(bitPattern: try next())
    takenAt = EventTime(milliseconds: try next())
    day = EventTime(milliseconds: try next())
    chain = CheckpointChain(slot: slot)
    guard position >= 0 else { throw .content }
    var layers: [CheckpointChain.Layer] = []
    if format == 1 {
      parts = [try Self.size(try next())]
      let packed = Int64(try Self.size(try next()))
      layers = [.init(sequence: sequence, chunksCount: try count(), bytes: packed)]
    } else {
      chain.slot = try next() == 0 ? .a : .b
      for _ in 0..<(try count(of: 3)) {
        layers.append(
          .init(
            sequence: try next(), chunksCount: try count(),
            bytes: Int64(try Self.size(try next()))))
      }
      for _ in 0..<(try count()) { parts.append(try Self.size(try next())) }
    }
    guard (bytes.count - 4 - place) % 8 == 0,
      layers.reduce(0, { $0 + $1.chunksCount }) == (bytes.count - 4 - place) / 8
    else { throw .content }
    var checksums: [UInt32] = []
    while place < bytes.count - 4 { checksums.append(UInt32(truncatingIfNeeded: try next())) }
    chain = CheckpointChain(slot: chain.slot, layers: layers, checksums: checksums)
  }

  /// Of a part or a layer: none has more than 2⁴⁰ bytes.
  private static func size(_ number: Int64) throws(CheckpointFormat.Damage) -> Int {
    guard (0...1 << 40).contains(number) else { throw .content }
    return Int(number)
  }
}
