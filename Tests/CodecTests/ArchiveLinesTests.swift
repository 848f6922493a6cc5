import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineCodec

@Suite("Lines of an archive")
struct ArchiveLinesTests {
  private func lines(_ text: String) throws -> [String] {
    let path = FileManager.default.temporaryDirectory.appending(path: "lines-\(UUID().uuidString)")
      .path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(text.utf8).write(to: URL(filePath: path))
    var found: [String] = []
    var reader = try ArchiveLines(path: path)
    while let line = try reader.next() {
      found.append(String(decoding: line, as: UTF8.self))
      #expect(reader.number == found.count)
    }
    return found
  }

  @Test func anyTextComesBackLineByLine() throws {
    #expect(try lines("") == [])
    #expect(try lines("\n") == [""])
    #expect(try lines("a\n\nb") == ["a", "", "b"])
    var random = SeededGenerator(seed: 3)
    for _ in 0..<4 {
      // Longer than the block that is read at once, and lines that end at its border.
      let sizes = (0..<12).map { _ in Int.random(in: 0...400_000, using: &random) } + [262_143, 1]
      let wanted = sizes.enumerated().map { String(repeating: "\($0 % 10)", count: $1) + "." }
      #expect(try lines(wanted.joined(separator: "\n")) == wanted)
      #expect(try lines(wanted.joined(separator: "\n") + "\n") == wanted)
    }
  }

  @Test func aFileThatIsNotThereIsSaidSo() {
    #expect(throws: ArchiveError.self) { _ = try ArchiveLines(path: "/no/such/file") }
  }
}
