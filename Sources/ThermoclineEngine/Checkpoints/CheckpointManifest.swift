import ThermoclineCore

/// What a checkpoint is of, and the checksum of each of its chunks: written last, so that what is whole can be told from
/// what is torn.
package struct CheckpointManifest: Sendable, Equatable {
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
  /// Bytes of the state, and of the messages that hold it.
  package var stateBytes: Int64 = 0
  package var packedBytes: Int64 = 0
  package private(set) var checksums: [UInt32] = []

  init(
    sequence: Int64, position: Int64, watermark: EventTime, fingerprint: UInt64,
    takenAt: EventTime
  ) {
    self.sequence = sequence
    self.position = position
    self.watermark = watermark
    self.fingerprint = fingerprint
    self.takenAt = takenAt
  }

  /// One more chunk was said.
  mutating func note(_ chunk: [UInt8], stateBytes: Int) {
    checksums.append(CheckpointFormat.checksum(chunk))
    self.stateBytes += Int64(stateBytes)
    packedBytes += Int64(chunk.count)
  }

  /// As a message.
  var bytes: [UInt8] {
    var bytes = CheckpointFormat.head(.manifest)
    for number in [
      sequence, position, watermark.milliseconds, Int64(bitPattern: fingerprint),
      takenAt.milliseconds, day.milliseconds, stateBytes, packedBytes, Int64(checksums.count),
    ] { CheckpointFormat.append(UInt64(bitPattern: number), to: &bytes) }
    for sum in checksums { CheckpointFormat.append(UInt64(sum), to: &bytes) }
    return CheckpointFormat.sealed(bytes)
  }

  init(_ bytes: [UInt8]) throws(CheckpointFormat.Damage) {
    var place = try CheckpointFormat.open(bytes, .manifest)
    func next() throws(CheckpointFormat.Damage) -> Int64 {
      Int64(bitPattern: try CheckpointFormat.number(bytes, &place))
    }
    sequence = try next()
    position = try next()
    watermark = EventTime(milliseconds: try next())
    fingerprint = UInt64(bitPattern: try next())
    takenAt = EventTime(milliseconds: try next())
    day = EventTime(milliseconds: try next())
    stateBytes = try next()
    packedBytes = try next()
    let count = try next()
    guard position >= 0, count >= 0, count <= Int64((bytes.count - place) / 8) else {
      throw .content
    }
    for _ in 0..<count { checksums.append(UInt32(truncatingIfNeeded: try next())) }
    guard place == bytes.count - 4 else { throw .content }
  }
}
