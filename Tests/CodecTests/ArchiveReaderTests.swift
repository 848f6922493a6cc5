import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineCodec

@Suite struct ArchiveReaderTests {
  /// What came out of an archive.
  private struct Lines: Equatable {
    var texts: [String] = []
    var numbers: [Int64] = []
    var refused: [Int64] = []
    var messagesCount = 0
    var error: ArchiveError?
  }

  private func read(
    _ path: String, lineBytesMax: Int = 64, capacity: Int = 2_000
  ) throws -> Lines {
    var reader = try ArchiveReader(path: path, lineBytesMax: lineBytesMax)
    let batch = EventBatch(bytesCapacity: capacity, recordsCapacity: 1)
    var lines = Lines()
    var hasMore = true
    while hasMore {
      batch.clear()
      do {
        hasMore = try reader.fill(batch) { range, number in
          lines.texts.append(batch.string(range))
          lines.numbers.append(number)
          return true
        }
      } catch {
        lines.error = error
        hasMore = false
      }
      lines.refused += batch.refusals.map(\.position)
      lines.messagesCount += batch.messagesCount
      if batch.messagesCount > 0 { #expect(batch.nextPosition > lines.numbers.last ?? 0) }
    }
    return lines
  }

  @Test(
    arguments: [
      ("a\nbb\nccc\n", ["a", "bb", "ccc"], [1, 2, 3]), ("a\nbb", ["a", "bb"], [1, 2]),
      ("a\r\n\r\nbb\r\n", ["a", "bb"], [1, 3]), ("\n\n\na\n\n", ["a"], [4]), ("", [], []),
      ("\n", [], []), ("a", ["a"], [1]), ("\r\n", [], []),
    ] as [(String, [String], [Int64])])
  func readsLines(_ text: String, _ lines: [String], _ numbers: [Int64]) throws {
    let folder = try TemporaryFolder()
    for bytes in [Array(text.utf8), try gzipped(Array(text.utf8))] {
      let found = try read(try folder.file("x.json", bytes))
      #expect(found.texts == lines)
      #expect(found.numbers == numbers)
      #expect(found.messagesCount == lines.count)
    }
  }

  @Test func linesOfAnyLengthComeThroughSmallBatches() throws {
    var random = SeededGenerator(seed: 77)
    let lines = (0..<5_000).map { _ in
      String(repeating: "x", count: Int.random(in: 0...64, using: &random))
    }
    let text = Array(lines.joined(separator: "\n").utf8)
    let folder = try TemporaryFolder()
    for path in [try folder.file("plain", text), try folder.file("packed", try gzipped(text))] {
      for capacity in [1_400, 1_999, 100_000] {
        let found = try read(path, capacity: capacity)
        #expect(found.texts == lines.filter { !$0.isEmpty })
        #expect(found.refused.isEmpty)
      }
    }
  }

  @Test(arguments: [65, 66, 67, 500, 5_000, 200_000])
  func aLineThatIsTooLongIsRefusedAndTheRestGoesOn(length: Int) throws {
    let long = String(repeating: "x", count: length)
    let limit = String(repeating: "y", count: 64)
    let folder = try TemporaryFolder()
    for ending in ["\n", "\r\n"] {
      let text = ["a", long, limit, long, "b"].joined(separator: ending)
      for tail in ["", ending, ending + long] {
        let found = try read(try folder.file("x", Array((text + tail).utf8)))
        #expect(found.texts == ["a", limit, "b"])
        #expect(found.numbers == [1, 3, 5])
        #expect(found.refused == (tail.count > 2 ? [2, 4, 6] : [2, 4]))
      }
    }
  }

  @Test func aLineNotTakenComesAgain() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("x", Array("a\nb\nc\n".utf8))
    var reader = try ArchiveReader(path: path)
    let batch = EventBatch()
    var given: [String] = []
    for limit in [1, 2, 2] {
      batch.clear()
      var count = 0
      let hasMore = try reader.fill(batch) { range, _ in
        if count == limit { return false }
        count += 1
        given.append(batch.string(range))
        return true
      }
      #expect(hasMore == (given.count <= 3 && count > 0))
      #expect(batch.messagesCount == count)
    }
    #expect(given == ["a", "b", "c"])
    #expect(reader.linesCount == 3)
  }

  @Test func progressCountsTheBytesOfTheFile() throws {
    let folder = try TemporaryFolder()
    let bytes = try gzipped(Array("a\nb\n".utf8))
    var reader = try ArchiveReader(path: try folder.file("x", bytes))
    #expect(reader.bytesTotal == Int64(bytes.count))
    let batch = EventBatch()
    while try reader.fill(batch, take: { _, _ in true }) { batch.clear() }
    #expect(reader.bytesRead == Int64(bytes.count))
  }

  @Test func whatCannotBeOpenedIsNamed() throws {
    let folder = try TemporaryFolder()
    #expect(throws: ArchiveError(kind: .notFound, path: folder.path + "/none", byteOffset: 0)) {
      _ = try ArchiveReader(path: folder.path + "/none")
    }
    #expect(throws: ArchiveError(kind: .isDirectory, path: folder.path, byteOffset: 0)) {
      _ = try ArchiveReader(path: folder.path)
    }
  }

  @Test func aFileThatMayNotBeReadIsNamed() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("secret", [])
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    // The superuser may read everything.
    if FileManager.default.isReadableFile(atPath: path) { return }
    #expect(throws: ArchiveError(kind: .notPermitted, path: path, byteOffset: 0)) {
      _ = try ArchiveReader(path: path)
    }
  }

  @Test func everyCutOfAPackedFileDeliversWholeLinesAndTellsTheByte() throws {
    let lines = (0..<40).map { "line \($0) \($0 * 7_919 % 1_000)" }
    let whole = try gzipped(Array(lines.map { $0 + "\n" }.joined().utf8))
    let folder = try TemporaryFolder()
    var delivered = 0
    for count in 2..<whole.count {
      let path = try folder.file("x.gz", Array(whole[..<count]))
      let found = try read(path)
      #expect(found.texts == Array(lines.prefix(found.texts.count)), "cut at \(count)")
      #expect(found.texts.count >= delivered, "cut at \(count)")
      delivered = found.texts.count
      #expect(
        found.error == ArchiveError(kind: .truncated, path: path, byteOffset: Int64(count)),
        "cut at \(count)")
    }
    #expect(delivered == 40)
  }

  @Test func aDamagedFileDeliversWhatIsGood() throws {
    let first = try gzipped(Array("a\nb\nc".utf8))
    let folder = try TemporaryFolder()
    let found = try read(try folder.file("x.gz", first + [0x1F, 0x8B, 0xFF, 0xFF]))
    #expect(found.texts == ["a", "b"])
    guard case .corrupt = found.error?.kind else {
      Issue.record("\(String(describing: found.error))")
      return
    }
  }
}
