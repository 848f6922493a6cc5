import Foundation
import Testing
import ThermoclineTestKit

/// What the documents refer to is there.
struct DocumentTests {
  /// All of them, as paths from the root of the package.
  private var documents: [String] {
    get throws {
      let folders = try ["docs", "deploy", "Benchmarks"].flatMap { folder in
        try FileManager.default.subpathsOfDirectory(
          atPath: packageRoot.appending(path: folder).path
        ).map { "\(folder)/\($0)" }
      }
      return ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
        + folders.filter { $0.hasSuffix(".md") }.sorted()
    }
  }

  @Test("each link in a document leads to a file that is there, and to a heading in it")
  func links() throws {
    var count = 0
    for document in try documents {
      let folder = packageRoot.appending(path: document).deletingLastPathComponent()
      for match in try text(document).matches(of: /\]\(([^)\s]+)\)/) {
        let link = String(match.1)
        if link.firstMatch(of: /^(https?|mailto):/) != nil { continue }
        count += 1
        let parts = link.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
        let target =
          parts[0].isEmpty
          ? packageRoot.appending(path: document) : folder.appending(path: parts[0])
        guard FileManager.default.fileExists(atPath: target.path) else {
          Issue.record("\(document): \(link) leads nowhere")
          continue
        }
        guard parts.count == 2, target.pathExtension == "md" else { continue }
        let headings = Self.anchors(try String(contentsOf: target, encoding: .utf8))
        #expect(headings.contains(parts[1]), "\(document): \(link) names no heading")
      }
    }
    #expect(count > 100)
  }

  @Test("the index in docs/README.md has every document beside it, once")
  func index() throws {
    let linked = try text("docs/README.md").matches(of: /\]\(([a-z-]+\.md)\)/).map { String($0.1) }
    let there = try documents.filter { $0.hasPrefix("docs/") && $0 != "docs/README.md" }
    #expect(linked.sorted().map { "docs/\($0)" } == there)
  }

  /// What a document's headings are linked by: as GitHub does it, in small letters, without punctuation, `-` for spaces.
  private static func anchors(_ text: String) -> Set<String> {
    var anchors: Set<String> = []
    var isCode = false
    for line in text.split(separator: "\n") {
      if line.hasPrefix("```") { isCode.toggle() }
      guard !isCode, let heading = line.firstMatch(of: /^#+ (.*)$/) else { continue }
      anchors.insert(
        String(
          heading.1.lowercased().compactMap { character -> Character? in
            if character == " " { return "-" }
            return character.isLetter || character.isNumber || "-_".contains(character)
              ? character : nil
          }))
    }
    return anchors
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOf: packageRoot.appending(path: path), encoding: .utf8)
  }
}
