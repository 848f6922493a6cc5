import Foundation
import Testing
import ThermoclineTestKit

@testable import ThermoclineCodec

@Suite struct ArchivePackingTests {
  /// What the packing program itself makes of the text; nil where it is not installed.
  private func packed(_ packing: ArchivePacking, _ text: String) throws -> String? {
    let folder = try TemporaryFolder()
    let path = try folder.file("events.ndjson", Array(text.utf8))
    let target = FileManager.default.temporaryDirectory.path + "/packed-\(UUID().uuidString)"
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    let pack = packing == .zip ? "zip -q - \(path)" : "\(packing.rawValue) -q -c \(path)"
    process.arguments = ["-c", "command -v \(packing.rawValue) >&2 && \(pack) > \(target)"]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? target : nil
  }

  @Test(
    "a file of another packing program is refused with the command that unpacks it",
    arguments: ArchivePacking.allCases)
  func refusesWithARemedy(_ packing: ArchivePacking) throws {
    guard let path = try packed(packing, "{\"type\":\"login\"}\n") else { return }
    defer { try? FileManager.default.removeItem(atPath: path) }
    let expected = ArchiveError(kind: .packedOtherwise(packing), path: path, byteOffset: 0)
    #expect(throws: expected) { _ = try ArchiveReader(path: path) }
    #expect("\(expected)".contains("\(packing.command) \(path)"))
  }

  @Test(
    "text that begins like a packed file is read",
    arguments: ["", "B", "BZh", "BZhours,account\n", "BZh9", "PK", "{}", "[1]", "(\u{B5}/", "7zXZ"])
  func leavesTextAlone(_ text: String) throws {
    #expect(ArchivePacking.of(Array(text.utf8)) == nil)
    let folder = try TemporaryFolder()
    _ = try ArchiveReader(path: folder.file("events.ndjson", Array(text.utf8)))
  }

  @Test("gzip, the packing that is read, is none of them")
  func gzipIsRead() throws {
    #expect(ArchivePacking.of(try gzipped(Array("{}".utf8))) == nil)
  }
}
