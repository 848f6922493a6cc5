package import ThermoclineHealth
internal import Yams

/// A policy as a YAML file. `deploy/policy/default.yaml` shows every key with its meaning.
package enum PolicyFile {
  /// The policy a file says, validated. `file` is the name errors show. Unknown and repeated keys,
  /// wrong types, and everything `Policy.validate()` finds are refused.
  package static func read(
    _ text: String, file: String = "policy.yaml"
  ) throws(PolicyFileError) -> Policy {
    let root = try parse(text, file)
    let policy: Policy
    do throws(PolicyFileFinding) {
      policy = try PolicyReader.policy(PolicyNode(node: root, path: ""))
    } catch {
      throw PolicyFileError(file: file, findings: [error.finding])
    }
    let problems = policy.validate()
    guard problems.isEmpty else {
      throw PolicyFileError(
        file: file,
        findings: problems.map {
          .init(
            line: line(of: $0.path, in: root), key: $0.path, problem: $0.problem,
            allowed: $0.allowed)
        }.sorted { ($0.line ?? 0) < ($1.line ?? 0) })
    }
    return policy
  }

  private static func parse(_ text: String, _ file: String) throws(PolicyFileError) -> Node {
    func refusal(_ line: Int?, _ problem: String, _ allowed: String) -> PolicyFileError {
      PolicyFileError(
        file: file,
        findings: [.init(line: line, key: "", problem: problem, allowed: allowed)])
    }
    do {
      if let root = try compose(yaml: text) { return root }
    } catch YamlError.scanner(_, let problem, let mark, _),
      YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _)
    {
      throw refusal(mark.line, problem, "YAML")
    } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
      let names = keys.map { "'\($0)'" }.joined(separator: ", ")
      throw refusal(context.mark.line, "\(names) is there more than once", "every key once")
    } catch {
      throw refusal(nil, "cannot be read as YAML", "YAML in UTF-8")
    }
    throw refusal(nil, "is empty", "a policy")
  }

  /// Line of the deepest part of a path that the file has: `measures[3].window`.
  private static func line(of path: String, in root: Node) -> Int? {
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
