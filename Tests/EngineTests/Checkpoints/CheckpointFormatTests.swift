import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineEngine

@Suite struct CheckpointFormatTests {
  private static let piece: [UInt8] = (0..<3_000).map { UInt8($0 * $0 % 101) }

  private static var manifest: CheckpointManifest {
    var manifest = CheckpointManifest(
      sequence: 12, position: 345, watermark: EventTime(milliseconds: 6_789), fingerprint: .max - 3,
      takenAt: EventTime(milliseconds: -5), chain: CheckpointChain(slot: .b))
    manifest.day = EventTime(milliseconds: 86_400_000)
    for (index, sequence) in [Int64(11), 12, 12].enumerated() {
      manifest.chain.note(
        CheckpointFormat.chunk(piece, index: index, of: sequence), of: sequence)
    }
    manifest.parts = [2_000, 0, 1_000]
    return manifest
  }

  /// As the reader of a topic takes a chunk: whole, and then the right one.
  private func state(
    in chunk: [UInt8], index: Int, of sequence: Int64
  ) throws(CheckpointFormat.Damage) -> [UInt8] {
    _ = try CheckpointFormat.open(chunk, .chunk)
    return try CheckpointFormat.state(in: chunk, index: index, of: sequence)
  }

  @Test("what is packed comes out again")
  func roundTrip() throws {
    let chunk = CheckpointFormat.chunk(Self.piece, index: 4, of: 12)
    #expect(try state(in: chunk, index: 4, of: 12) == Self.piece)
    #expect(chunk.count < Self.piece.count)
    let manifest = try CheckpointManifest(Self.manifest.bytes, slot: .a)
    #expect(manifest == Self.manifest)
    #expect(manifest.chain.slot == .b && manifest.chain.layers.map(\.chunksCount) == [1, 2])
    #expect(manifest.chain.checksums.count == 3 && manifest.stateBytes == 3_000)
    #expect(manifest.packedBytes == 3 * chunk.count && manifest.addedBytes == 2 * chunk.count)
  }

  @Test("a manifest's bytes are these: a job of tomorrow must read them")
  func layout() {
    var manifest = CheckpointManifest(
      sequence: 1, position: 2, watermark: EventTime(milliseconds: 3), fingerprint: 4,
      takenAt: EventTime(milliseconds: 5),
      chain: CheckpointChain(
        slot: .b, layers: [.init(sequence: 6, chunksCount: 2, bytes: 7)], checksums: [8, 9]))
    manifest.day = EventTime(milliseconds: 10)
    manifest.parts = [11, 12]
    let numbers: [UInt8] = [1, 2, 3, 4, 5, 10, 1, 1, 6, 2, 7, 2, 11, 12, 8, 9]
    var want: [UInt8] = Array("TCCP".utf8) + [4, 2]
    for number in numbers { want += [number, 0, 0, 0, 0, 0, 0, 0] }
    #expect(manifest.bytes.dropLast(4) == want[...])
  }

  @Test("cut anywhere, it is damaged")
  func cut() {
    let chunk = CheckpointFormat.chunk(Self.piece, index: 0, of: 12)
    for count in 0..<chunk.count {
      #expect(throws: CheckpointFormat.Damage.self) {
        try state(in: Array(chunk.prefix(count)), index: 0, of: 12)
      }
    }
    let manifest = Self.manifest.bytes
    for count in 0..<manifest.count {
      #expect(throws: CheckpointFormat.Damage.self) {
        try CheckpointManifest(Array(manifest.prefix(count)), slot: .a)
      }
    }
  }

  @Test("with any bit turned, it is damaged")
  func bits() {
    for bytes in [Self.manifest.bytes, CheckpointFormat.chunk(Self.piece, index: 0, of: 12)] {
      for bit in 0..<bytes.count * 8 {
        var damaged = bytes
        damaged[bit / 8] ^= 1 << UInt8(bit % 8)
        #expect(throws: CheckpointFormat.Damage.self) {
          _ = try state(in: damaged, index: 0, of: 12)
        }
        #expect(throws: CheckpointFormat.Damage.self) {
          _ = try CheckpointManifest(damaged, slot: .a)
        }
      }
    }
  }

  @Test("another checkpoint's chunk, and another of this one's, are told from the right one")
  func foreign() {
    let chunk = CheckpointFormat.chunk(Self.piece, index: 1, of: 12)
    #expect(throws: CheckpointFormat.Damage.foreign) {
      try state(in: chunk, index: 0, of: 12)
    }
    #expect(throws: CheckpointFormat.Damage.foreign) {
      try state(in: chunk, index: 1, of: 13)
    }
    #expect(throws: CheckpointFormat.Damage.foreign) { try CheckpointManifest(chunk, slot: .a) }
  }

  @Test("a newer format is named, whatever its checksum")
  func newer() {
    var chunk = CheckpointFormat.chunk(Self.piece, index: 1, of: 12)
    chunk[4] = 9
    #expect(throws: CheckpointFormat.Damage.version(9)) {
      try state(in: chunk, index: 1, of: 12)
    }
  }

  @Test("sealed lies about lengths are found: nothing is taken that is not there")
  func lies() {
    // A chunk that says it holds more than a piece may, or more than its bytes unpack to.
    for count in [UInt64(CheckpointFormat.pieceBytes) + 1, 3_001, 2_999, .max] {
      var bytes = CheckpointFormat.head(.chunk)
      for number in [12, 0, count] { CheckpointFormat.append(number, to: &bytes) }
      let honest = CheckpointFormat.chunk(Self.piece, index: 0, of: 12)
      bytes += honest[30..<honest.count - 4]
      #expect(throws: CheckpointFormat.Damage.content) {
        try state(in: CheckpointFormat.sealed(bytes), index: 0, of: 12)
      }
    }
    // A manifest with another number in the place of any of its counts and sizes.
    let honest = Self.manifest.bytes
    for place in [1, 7, 9, 10, 12, 13, 14, 15] {
      for count in [1 << 63, UInt64.max] {
        var number: [UInt8] = []
        CheckpointFormat.append(count, to: &number)
        var bytes = Array(honest.dropLast(4))
        bytes.replaceSubrange(6 + place * 8..<14 + place * 8, with: number)
        #expect(throws: CheckpointFormat.Damage.content, "number \(place)") {
          try CheckpointManifest(CheckpointFormat.sealed(bytes), slot: .a)
        }
      }
    }
  }
}
