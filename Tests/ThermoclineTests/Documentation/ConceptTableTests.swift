import Foundation
import Testing

/// `docs/concepts.md` names a test for each concept; each of them is there.
@Suite struct ConceptTableTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test("each concept of the table has the test that it names") func eachHasItsTest() throws {
    let page = try String(
      contentsOf: Self.root.appending(path: "docs/concepts.md"), encoding: .utf8)
    let tests = try sources()
    let rows = page.matches(of: /\|[^|]+\|[^|]+\| `(\w+)\.(\w+)` \|/)
    #expect(rows.count > 30)
    for row in rows {
      let (suite, function) = (String(row.1), String(row.2))
      let source = try #require(tests[suite], "\(suite) is nowhere under Tests")
      #expect(source.contains("func \(function)("), "\(suite) has no test '\(function)'")
    }
  }

  /// What the tests' files say, by their names.
  private func sources() throws -> [String: String] {
    let files = FileManager.default.enumerator(
      at: Self.root.appending(path: "Tests"), includingPropertiesForKeys: nil)
    var sources: [String: String] = [:]
    while let file = files?.nextObject() as? URL {
      guard file.lastPathComponent.hasSuffix("Tests.swift") else { continue }
      sources[file.deletingPathExtension().lastPathComponent] = try String(
        contentsOf: file, encoding: .utf8)
    }
    return sources
  }
}
