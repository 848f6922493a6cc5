import Foundation
import Testing
import ThermoclineCodec
import ThermoclineTestKit

@Suite struct LZ4BlockTests {
  /// The format's description, byte by byte; nil where it is not kept.
  private func reference(_ block: [UInt8]) -> [UInt8]? {
    var rest = block[...]
    var out: [UInt8] = []
    func length(_ nibble: UInt8) -> Int {
      var sum = Int(nibble)
      if nibble < 15 { return sum }
      while let byte = rest.popFirst() {
        sum += Int(byte)
        if byte < 255 { break }
      }
      return sum
    }
    while let token = rest.popFirst() {
      let literals = length(token >> 4)
      guard literals <= rest.count else { return nil }
      out += rest.prefix(literals)
      rest = rest.dropFirst(literals)
      if rest.isEmpty { return out }
      guard let low = rest.popFirst(), let high = rest.popFirst() else { return nil }
      let distance = Int(low) | Int(high) << 8
      guard distance > 0, distance <= out.count else { return nil }
      for _ in 0..<length(token & 15) + 4 { out.append(out[out.count - distance]) }
    }
    return nil
  }

  /// Bytes like those of tables: rows with zeros, counts, and parts of rows before, of every length near a limit.
  private func rows(_ count: Int, seed: UInt64) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    var bytes: [UInt8] = []
    while bytes.count < count {
      let length = Int.random(in: 1...300, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes += Array(repeating: 0, count: length)
      case 1: for _ in 0..<length { bytes.append(.random(in: 0...255, using: &random)) }
      case 2: for place in 0..<length { bytes.append(UInt8(place % Int(seed % 40 + 2))) }
      default:
        let start = Int.random(in: 0...bytes.count, using: &random)
        bytes += bytes[start..<min(bytes.count, start + length)]
      }
    }
    return Array(bytes.prefix(count))
  }

  @Test("what is packed comes out again, by the format's description as well", arguments: 1...20)
  func roundTrip(seed: UInt64) {
    for count in Array(0...40) + [254, 269, 270, 271, 524, 525, 70_000, 200_000] {
      let bytes = rows(count, seed: seed)
      let packed = LZ4Block.pack(bytes)
      #expect(reference(packed) == bytes, "\(count) bytes")
      #expect(LZ4Block.unpack(packed[...], count: count) == bytes, "\(count) bytes")
    }
  }

  @Test("blocks written by hand: a run, a match over itself, long lengths")
  func byHand() {
    let blocks: [([UInt8], [UInt8])] = [
      ([0x00], []),
      ([0x30, 1, 2, 3], [1, 2, 3]),
      // One literal, repeated five times; five literals at the end.
      ([0x11, 7, 1, 0, 0x50, 1, 2, 3, 4, 5], [7, 7, 7, 7, 7, 7, 1, 2, 3, 4, 5]),
      // Three literals, and seven bytes from three before: over what it writes itself.
      ([0x33, 1, 2, 3, 3, 0, 0x10, 9], [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 9]),
      // 15 + 255 + 2 literals.
      ([0xF0, 255, 2] + Array(repeating: 8, count: 272), Array(repeating: 8, count: 272)),
      // A match of 4 + 15 + 255 + 0 bytes.
      ([0x1F, 6, 1, 0, 255, 0, 0x00], Array(repeating: 6, count: 275)),
    ]
    for (block, bytes) in blocks {
      #expect(reference(block) == bytes)
      #expect(LZ4Block.unpack(block[...], count: bytes.count) == bytes)
    }
  }

  @Test("the longest block: bytes that do not repeat, and repeat in all lengths")
  func bounds() {
    var random = SeededGenerator(seed: 1)
    let noise = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    let packed = LZ4Block.pack(noise)
    #expect(packed.count <= noise.count + noise.count / 255 + 16)
    #expect(LZ4Block.unpack(packed[...], count: noise.count) == noise)
    #expect(LZ4Block.pack(Array(repeating: 0, count: 100_000)).count < 420)
  }

  @Test("damaged, it comes out as the description has it or not at all", arguments: 1...40)
  func damage(seed: UInt64) {
    let bytes = rows(700, seed: seed)
    let packed = LZ4Block.pack(bytes)
    for count in packed.indices {
      #expect(LZ4Block.unpack(packed[..<count], count: bytes.count) == nil)
    }
    for other in [0, 1, bytes.count - 1, bytes.count + 1] {
      #expect(LZ4Block.unpack(packed[...], count: other) == nil)
    }
    var random = SeededGenerator(seed: seed)
    for _ in 0..<2_000 {
      var damaged = packed
      let place = damaged.indices.randomElement(using: &random)!
      damaged[place] ^= UInt8.random(in: 1...255, using: &random)
      let wanted = reference(damaged)
      #expect(
        LZ4Block.unpack(damaged[...], count: bytes.count)
          == (wanted?.count == bytes.count ? wanted : nil))
    }
  }

  private static let program = ["/usr/bin/lz4", "/usr/local/bin/lz4", "/opt/homebrew/bin/lz4"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  @Test("LZ4's own tool reads what is packed", .enabled(if: program != nil, "lz4 is not installed"))
  func tool() throws {
    let bytes = rows(480 << 10, seed: 3)
    let packed = LZ4Block.pack(bytes)
    // The legacy frame is a number and blocks after their lengths.
    var frame: [UInt8] = [0x02, 0x21, 0x4C, 0x18]
    for shift in stride(from: 0, to: 32, by: 8) { frame.append(UInt8(packed.count >> shift & 255)) }
    let folder = try TemporaryFolder()
    let path = try folder.file("frame.lz4", frame + packed)
    let process = Process()
    process.executableURL = URL(filePath: Self.program!)
    process.arguments = ["-d", "-q", "-f", path, folder.path + "/out"]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(try Data(contentsOf: URL(filePath: folder.path + "/out")) == Data(bytes))
  }
}
