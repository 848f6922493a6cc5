internal import Yams

/// What every YAML file of ours goes through before its keys are read.
enum YAMLFile {
  static func parse(_ text: String, _ file: String) throws(YAMLFileError) -> Node {
    func refusal(_ line: Int?, _ problem: String, _ allowed: String) -> YAMLFileError {
      YAMLFileError(
        file: file,
        findings: [.init(line: line, key: "", problem: problem, allowed: allowed)])
    }
    do {
      if let root = try compose(yaml: text) { return root }
    } catch YamlError.scanner(_, let problem, let mark, _),
      YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _)
    {
      // The library's words for it name no tab.
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let isTab =
        lines.indices.contains(mark.line - 1)
        && lines[mark.line - 1].prefix { $0.isWhitespace }.contains("\t")
      throw isTab
        ? refusal(mark.line, "is indented with a tab", "spaces")
        : refusal(mark.line, problem, "YAML")
    } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
      let names = keys.map { "'\($0)'" }.joined(separator: ", ")
      throw refusal(context.mark.line, "\(names) is there more than once", "every key once")
    } catch {
      throw refusal(nil, "cannot be read as YAML", "YAML in UTF-8")
    }
    throw refusal(nil, "is empty", "at least one key")
  }

  /// Line of the deepest part of a path that the file has: `measures[3].window`.
  static func line(of path: String, in root: Node) -> Int? {
    var (node, line) = (root, root.mark?.line)
    for part in path.split(whereSeparator: { $0 == "." || $0 == "[" || $0 == "]" }) {
      let next: Node?
      switch node {
      case .mapping(let mapping): next = mapping[Node(String(part))]
      case .sequence(let sequence):
        next = Int(part).flatMap { sequence.indices.contains($0) ? sequence[$0] : nil }
      case .scalar, .alias: next = nil
      }
      guard let next else { break }
      node = next
      line = next.mark?.line ?? line
    }
    return line
  }
}
