internal import ThermoclineCore
package import ThermoclineHealth
internal import Yams

/// A policy as a YAML file. `deploy/policy/default.yaml` shows every key with its meaning.
package enum PolicyFile {
  /// A policy and the files that say it: the first one named, then what it extends, and so on.
  package struct Loaded: Sendable {
    package var policy: Policy
    package var files: [String]
  }

  /// Files that extend one another, at most.
  static let chainMax = 8

  /// The policy of a file on the disk.
  package static func load(_ path: String) throws(JobFailure) -> Loaded {
    let text = String(
      decoding: try Inputs.bytes(path, status: .configuration), as: UTF8.self)
    do throws(YAMLFileError) { return try load(text, [path]) } catch {
      throw JobFailure(.configuration, "\(error)")
    }
  }

  /// The policy a file says, validated. `file` is the name errors show, and what it extends is looked for beside it.
  /// Unknown and repeated keys, wrong types, and everything `Policy.validate()` finds are refused.
  package static func read(
    _ text: String, file: String = "policy.yaml"
  ) throws(YAMLFileError) -> Policy {
    try load(text, [file]).policy
  }

  /// - Parameter chain: the file, and before it those that extend it.
  private static func load(_ text: String, _ chain: [String]) throws(YAMLFileError) -> Loaded {
    let file = chain[chain.count - 1]
    let root = try YAMLFile.parse(text, file)
    let node = YAMLNode(node: root, path: "")
    var loaded = Loaded(policy: .standard, files: [file])
    var places = PolicyPlaces()
    do throws(YAMLFinding) {
      var base: Policy?
      if let extends = try PolicyReader.extends(node) {
        let name = try extends.string()
        if name == "default" {
          base = .standard
        } else {
          let (path, text) = try open(name, extends, chain)
          let below: Loaded
          do throws(YAMLFileError) { below = try load(text, chain + [path]) } catch {
            throw YAMLFinding(error)
          }
          base = below.policy
          loaded.files += below.files
        }
      }
      loaded.policy = try PolicyReader.policy(node, over: base, &places)
    } catch {
      throw error.elsewhere ?? YAMLFileError(file: file, findings: [error.finding])
    }
    let policy = loaded.policy
    let problems = policy.validate()
    guard problems.isEmpty else {
      throw YAMLFileError(
        file: file,
        findings: problems.map { problem in
          let path = places.path(of: problem.path, in: policy)
          return .init(
            line: YAMLFile.line(of: path, in: root), key: path, problem: problem.problem,
            allowed: problem.allowed)
        }.sorted { ($0.line ?? 0) < ($1.line ?? 0) })
    }
    return loaded
  }

  /// The text of the file that another one extends.
  private static func open(
    _ name: String, _ node: YAMLNode, _ chain: [String]
  ) throws(YAMLFinding) -> (path: String, text: String) {
    let allowed = "default, or a policy file beside this one"
    var path = name
    if !name.hasPrefix("/"), let slash = chain[chain.count - 1].lastIndex(of: "/") {
      path = chain[chain.count - 1][...slash] + name
    }
    guard !chain.contains(path) else { throw node.refuse("'\(name)' extends itself", allowed) }
    guard chain.count < chainMax else {
      throw node.refuse("more than \(chainMax) files extend one another", allowed)
    }
    do throws(FileReadError) {
      return (path, String(decoding: try readFile(path), as: UTF8.self))
    } catch {
      throw node.refuse("\(path): \(error.reason)", allowed)
    }
  }
}
