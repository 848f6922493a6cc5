package import ThermoclineHealth
internal import Yams

/// A policy as a YAML file. `deploy/policy/default.yaml` shows every key with its meaning.
package enum PolicyFile {
  /// The policy a file says, validated. `file` is the name errors show. Unknown and repeated keys,
  /// wrong types, and everything `Policy.validate()` finds are refused.
  package static func read(
    _ text: String, file: String = "policy.yaml"
  ) throws(YAMLFileError) -> Policy {
    let root = try YAMLFile.parse(text, file)
    let policy: Policy
    do throws(YAMLFinding) {
      policy = try PolicyReader.policy(YAMLNode(node: root, path: ""))
    } catch {
      throw YAMLFileError(file: file, findings: [error.finding])
    }
    let problems = policy.validate()
    guard problems.isEmpty else {
      throw YAMLFileError(
        file: file,
        findings: problems.map {
          .init(
            line: YAMLFile.line(of: $0.path, in: root), key: $0.path, problem: $0.problem,
            allowed: $0.allowed)
        }.sorted { ($0.line ?? 0) < ($1.line ?? 0) })
    }
    return policy
  }

}
