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

  @Test("the longest block: bytes that do not repeat, and repeat in all lengths")
  func bounds() {
    var random = SeededGenerator(seed: 1)
    let noise = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    let packed = LZ4Block.pack(noise)
    #expect(packed.count <= noise.count + noise.count / 255 + 16)
    #expect(LZ4Block.unpack(packed[...], count: noise.count) == noise)
    #expect(LZ4Block.pack(Array(repeating: 0, count: 100_000)).count < 420)
  }

  @Test("cut it does not come out, damaged with as many bytes or not at all", arguments: 1...40)
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
      // What stands there is the checksum's to find.
      let unpacked = LZ4Block.unpack(damaged[...], count: bytes.count)
      #expect(unpacked == nil || unpacked?.count == bytes.count)
    }
  }
}
