import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineEngine

@Suite struct CheckpointFormatTests {
  private static let piece: [UInt8] = (0..<3_000).map { UInt8($0 * $0 % 101) }

  private static var manifest: CheckpointManifest {
    var manifest = CheckpointManifest(
      sequence: 12, position: 345, watermark: EventTime(milliseconds: 6_789), fingerprint: .max - 3,
      takenAt: EventTime(milliseconds: -5))
    manifest.day = EventTime(milliseconds: 86_400_000)
    manifest.note(
      CheckpointFormat.chunk(piece, index: 0, of: 12), stateBytes: piece.count)
    return manifest
  }

  @Test("what is packed comes out again")
  func roundTrip() throws {
    let chunk = CheckpointFormat.chunk(Self.piece, index: 4, of: 12)
    #expect(try CheckpointFormat.state(in: chunk, index: 4, of: 12) == Self.piece)
    #expect(chunk.count < Self.piece.count)
    let manifest = try CheckpointManifest(Self.manifest.bytes)
    #expect(manifest == Self.manifest)
    #expect(manifest.checksums.count == 1 && manifest.stateBytes == 3_000)
  }

  @Test("a manifest's bytes are these: a job of tomorrow must read them")
  func layout() {
    let manifest = CheckpointManifest(
      sequence: 1, position: 2, watermark: EventTime(milliseconds: 3), fingerprint: 4,
      takenAt: EventTime(milliseconds: 5))
    let numbers: [UInt8] = [1, 2, 3, 4, 5]
    var want: [UInt8] = Array("TCCP".utf8) + [1, 2]
    for number in numbers { want += [number, 0, 0, 0, 0, 0, 0, 0] }
    #expect(manifest.bytes.starts(with: want))
    // The head, nine numbers, the checksum.
    #expect(manifest.bytes.count == 6 + 9 * 8 + 4)
  }

  @Test("cut anywhere, it is damaged")
  func cut() {
    let chunk = CheckpointFormat.chunk(Self.piece, index: 0, of: 12)
    for count in 0..<chunk.count {
      #expect(throws: CheckpointFormat.Damage.self) {
        try CheckpointFormat.state(in: Array(chunk.prefix(count)), index: 0, of: 12)
      }
    }
    let manifest = Self.manifest.bytes
    for count in 0..<manifest.count {
      #expect(throws: CheckpointFormat.Damage.self) {
        try CheckpointManifest(Array(manifest.prefix(count)))
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
          _ = try CheckpointFormat.state(in: damaged, index: 0, of: 12)
        }
        #expect(throws: CheckpointFormat.Damage.self) { _ = try CheckpointManifest(damaged) }
      }
    }
  }

  @Test("another checkpoint's chunk, and another of this one's, are told from the right one")
  func foreign() {
    let chunk = CheckpointFormat.chunk(Self.piece, index: 1, of: 12)
    #expect(throws: CheckpointFormat.Damage.foreign) {
      try CheckpointFormat.state(in: chunk, index: 0, of: 12)
    }
    #expect(throws: CheckpointFormat.Damage.foreign) {
      try CheckpointFormat.state(in: chunk, index: 1, of: 13)
    }
    #expect(throws: CheckpointFormat.Damage.foreign) { try CheckpointManifest(chunk) }
  }

  @Test("a newer format is named, whatever its checksum")
  func newer() {
    var chunk = CheckpointFormat.chunk(Self.piece, index: 1, of: 12)
    chunk[4] = 9
    #expect(throws: CheckpointFormat.Damage.version(9)) {
      try CheckpointFormat.state(in: chunk, index: 1, of: 12)
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
        try CheckpointFormat.state(in: CheckpointFormat.sealed(bytes), index: 0, of: 12)
      }
    }
    for count in [2, 1 << 40, UInt64.max] {
      var bytes = Array(Self.manifest.bytes.prefix(6 + 8 * 8))
      CheckpointFormat.append(count, to: &bytes)
      CheckpointFormat.append(0, to: &bytes)
      #expect(throws: CheckpointFormat.Damage.content) {
        try CheckpointManifest(CheckpointFormat.sealed(bytes))
      }
    }
  }
}
