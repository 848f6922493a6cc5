internal import ThermoclineCore
internal import Yams

/// A place in a YAML file with the key that leads there. Reading it as the wrong thing throws a
/// finding that names line, key and what is allowed.
struct YAMLNode {
  var node: Node
  var path: String

  func refuse(_ problem: String, _ allowed: String, at mark: Mark? = nil) -> YAMLFinding {
    YAMLFinding(
      finding: .init(
        line: (mark ?? node.mark)?.line, key: path, problem: problem, allowed: allowed))
  }

  private var shown: String {
    switch node {
    case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "'\(scalar.string)'"
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }

  /// True for `null`, `~` and nothing, unless quoted.
  var isNull: Bool {
    guard case .scalar(let scalar) = node else { return false }
    return [.plain, .any].contains(scalar.style) && ["", "null", "~"].contains(scalar.string)
  }

  func string() throws(YAMLFinding) -> String {
    guard case .scalar(let scalar) = node else { throw refuse("is \(shown)", "a text") }
    return scalar.string
  }

  func number() throws(YAMLFinding) -> Double {
    guard case .scalar(let scalar) = node, let value = Double(scalar.string), value.isFinite else {
      throw refuse("is \(shown)", "a number")
    }
    return value
  }

  func whole() throws(YAMLFinding) -> Int {
    guard case .scalar(let scalar) = node, let value = Int(scalar.string) else {
      throw refuse("is \(shown)", "a whole number")
    }
    return value
  }

  func span() throws(YAMLFinding) -> TimeSpan {
    guard case .scalar(let scalar) = node, let value = TimeSpan(scalar.string) else {
      throw refuse("is \(shown)", "a whole number and one of d h m s ms, for example 28d")
    }
    return value
  }

  func word<Word: RawRepresentable & CaseIterable>(_ type: Word.Type) throws(YAMLFinding)
    -> Word
  where Word.RawValue == String {
    guard case .scalar(let scalar) = node, let value = Word(rawValue: scalar.string) else {
      throw refuse("is \(shown)", Word.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return value
  }

  func list() throws(YAMLFinding) -> [YAMLNode] {
    guard case .sequence(let sequence) = node else { throw refuse("is \(shown)", "a list") }
    return sequence.enumerated().map { YAMLNode(node: $1, path: "\(path)[\($0)]") }
  }

  func strings() throws(YAMLFinding) -> [String] {
    var strings: [String] = []
    for item in try list() { strings.append(try item.string()) }
    return strings
  }

  /// A mapping of whatever keys, in the file's order. That each is there once, the parser has seen to.
  func entries() throws(YAMLFinding) -> [(String, YAMLNode)] {
    if isNull { return [] }
    guard case .mapping(let mapping) = node else {
      // What was found is not shown: it may be a secret.
      throw refuse("is no mapping", "a mapping of name: value")
    }
    var pairs: [(String, YAMLNode)] = []
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key else {
        throw refuse("has a key that is no text", "text")
      }
      pairs.append((scalar.string, YAMLNode(node: value, path: "\(path).\(scalar.string)")))
    }
    return pairs
  }

  /// The mapping, of whose keys all must be among these.
  func map(_ allowed: [String]) throws(YAMLFinding) -> YAMLMap {
    guard case .mapping(let mapping) = node else {
      throw refuse("is \(shown)", "a mapping of " + allowed.joined(separator: ", "))
    }
    for (key, _) in mapping {
      let name = key.scalar?.string
      guard let name, allowed.contains(name) else {
        let near = name.flatMap { nearest(to: $0, among: allowed) }
        throw refuse(
          "unknown key \(YAMLNode(node: key, path: "").shown)"
            + (near.map { ", did you mean '\($0)'?" } ?? ""),
          allowed.joined(separator: ", "), at: key.mark)
      }
    }
    return YAMLMap(node: self, mapping: mapping)
  }
}

/// A mapping whose keys are known to be allowed.
struct YAMLMap {
  var node: YAMLNode
  var mapping: Node.Mapping

  /// The value of a key; nil when the key is not there.
  subscript(key: String) -> YAMLNode? {
    mapping[Node(key)].map {
      YAMLNode(node: $0, path: node.path.isEmpty ? key : "\(node.path).\(key)")
    }
  }

  func required(_ key: String) throws(YAMLFinding) -> YAMLNode {
    guard let value = self[key] else { throw node.refuse("'\(key)' is missing", "\(key): …") }
    return value
  }
}

/// A finding under way to its file's error.
struct YAMLFinding: Error {
  var finding: YAMLFileError.Finding
  /// Set where another file is wrong, which this one leads to.
  var elsewhere: YAMLFileError?

  init(finding: YAMLFileError.Finding) { self.finding = finding }

  init(_ elsewhere: YAMLFileError) {
    finding = elsewhere.findings[0]
    self.elsewhere = elsewhere
  }
}
