import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineEngine

/// What is read of layers is the state as it was written last, held against the state itself.
@Suite struct CheckpointStateTests {
  /// A state in parts, what was said of it, and the messages.
  private struct Writing {
    var parts: [[UInt8]]
    var chain = CheckpointChain(slot: .a)
    var pages: StatePages?
    var chunks: [[UInt8]] = []
    var sequence: Int64 = 0

    /// Adds a layer; gives the bytes of its contents.
    mutating func say(pieceBytes: Int = CheckpointState.pieceBytes) -> Int {
      sequence += 1
      var contents: [[UInt8]] = []
      var writer = CheckpointLayerWriter(since: pages) { contents.append($0) }
      for part in parts {
        var start = 0
        while part.count - start > pieceBytes {
          writer.add(Array(part[start..<start + pieceBytes]), endsPart: false)
          start += pieceBytes
        }
        writer.add(Array(part[start...]), endsPart: true)
      }
      writer.finish()
      for content in contents {
        let chunk = CheckpointFormat.chunk(content, index: chunks.count, of: sequence)
        chain.note(chunk, of: sequence)
        chunks.append(chunk)
      }
      pages = writer.pages
      return contents.reduce(0) { $0 + $1.count }
    }

    var manifest: CheckpointManifest {
      var manifest = CheckpointManifest(
        sequence: sequence, position: 0, watermark: .distantPast, fingerprint: 0,
        takenAt: .distantPast, chain: chain)
      manifest.parts = parts.map(\.count)
      return manifest
    }

    var read: [UInt8] {
      get throws { try bytes(of: CheckpointState(manifest, chunks), count: parts.joined().count) }
    }
  }

  private static func part(_ count: Int, _ random: inout SeededGenerator) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...9, using: &random) }
  }

  @Test("parts that change, grow, shrink and come are read as they are now", arguments: 1...20)
  func layers(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var writing = Writing(
      parts: (0..<6).map { _ in Self.part(Int.random(in: 0...3_000, using: &random), &random) })
    for _ in 0..<12 {
      _ = writing.say(pieceBytes: StatePages.pageBytes * Int.random(in: 1...5, using: &random))
      #expect(try writing.read == Array(writing.parts.joined()))
      for index in writing.parts.indices {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: writing.parts[index] += Self.part(Int.random(in: 1...700, using: &random), &random)
        case 1: writing.parts[index].removeLast(min(writing.parts[index].count, 300))
        case 2 where !writing.parts[index].isEmpty:
          let place = Int.random(in: writing.parts[index].indices, using: &random)
          writing.parts[index][place] ^= 1
        default: break
        }
      }
      if Int.random(in: 0..<5, using: &random) == 0 { writing.parts.append(Self.part(9, &random)) }
    }
  }

  @Test("what did not change is not said again, what did costs its pages")
  func saysLittle() {
    var random = SeededGenerator(seed: 3)
    var writing = Writing(parts: [Self.part(1_500_000, &random), Self.part(100, &random)])
    let whole = writing.say()
    #expect(whole >= 1_500_100 && writing.chunks.count == 4, "no chunk is larger than it may be")
    #expect(writing.say() == 0)
    #expect(writing.chain.layers.count == 1, "nothing is no layer")
    for place in [0, 255, 256, 900_000, 1_499_999] { writing.parts[0][place] ^= 1 }
    let pages = 4
    let changed = writing.say()
    #expect(changed > (pages - 1) * 256 && changed < pages * (256 + 30))
  }

  @Test("chunks of another layer, another number, or of no sense are an error and nothing worse")
  func damaged() throws {
    var random = SeededGenerator(seed: 4)
    var writing = Writing(parts: [Self.part(1_000, &random), Self.part(600, &random)])
    _ = writing.say()
    let content = try CheckpointFormat.state(in: writing.chunks[0], index: 0, of: 1)
    func read(_ content: [UInt8]) throws -> [UInt8] {
      var other = writing
      other.chunks = [CheckpointFormat.chunk(content, index: 0, of: 1)]
      return try other.read
    }
    #expect(try read(content) == Array(writing.parts.joined()))
    for count in 0..<content.count {
      #expect(throws: StateError.self) { try read(Array(content.prefix(count))) }
    }
    for _ in 0..<2_000 {
      var changed = content
      changed[Int.random(in: content.indices, using: &random)] = .random(
        in: 0...255, using: &random)
      // Bytes of pages may be anything; heads must lead nowhere else.
      _ = try? read(changed)
    }
    var other = writing
    other.chunks = [CheckpointFormat.chunk(content, index: 1, of: 1)]
    #expect(throws: StateError.self) { try other.read }
    other.chunks = []
    #expect(throws: StateError.self) { try other.read }
  }
}
