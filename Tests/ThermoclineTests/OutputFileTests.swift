import Foundation
import Testing
import ThermoclineTestKit

@testable import Thermocline

@Suite struct OutputFileTests {
  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func aLeftOverFileThatAllMayReadIsNotWrittenInto() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/scores.ndjson"
    _ = try folder.file("scores.ndjson.partial", lines: ["of a killed run"])
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: path + ".partial")
    let reader = try #require(FileHandle(forReadingAtPath: path + ".partial"))
    let file = try OutputFile(path: path)
    #expect(try mode(path + ".partial") == 0o600)
    try file.write(Array("secret".utf8))
    try file.finish()
    #expect(try mode(path) == 0o600)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "secret")
    // Who had it open has the old one.
    let seen = try reader.readToEnd() ?? Data()
    #expect(String(decoding: seen, as: UTF8.self) == "of a killed run\n")
  }
}
