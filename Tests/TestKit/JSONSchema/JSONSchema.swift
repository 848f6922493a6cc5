import Foundation

/// A JSON Schema of draft 2020-12, for exactly the keywords that the schemas in deploy/contracts use. One that says
/// anything else is refused: no rule is passed over in silence.
///
/// It also notes which of its properties it has met, so that a test can say that all of them are written.
public final class JSONSchema {
  let root: SchemaNode
  let definitions: [String: SchemaNode]
  /// The version's name.
  public let id: String
  /// Documents that should conform.
  public let examples: [FoundationJSON]
  /// Properties that were there with a value, and with null, by their places in the schema.
  public private(set) var (met, metNull): (Set<String>, Set<String>) = ([], [])

  /// Reads a schema.
  public init(_ bytes: [UInt8]) throws(JSONSchemaError) {
    guard let json = FoundationJSON.read(bytes) else {
      throw JSONSchemaError(path: "", problem: "is not JSON")
    }
    guard json["$schema"]?.text == "https://json-schema.org/draft/2020-12/schema" else {
      throw JSONSchemaError(path: "/$schema", problem: "is another draft")
    }
    id = json["$id"]?.text ?? ""
    if case .array(let list)? = json["examples"] { examples = list } else { examples = [] }
    root = try SchemaNode(json, path: "", isRoot: true)
    var definitions: [String: SchemaNode] = [:]
    if case .object(let members)? = json["$defs"] {
      for (name, value) in members {
        definitions[name] = try SchemaNode(value, path: "/$defs/\(name)")
      }
    }
    self.definitions = definitions
    for node in nodes {
      if let name = node.reference, definitions[name] == nil {
        throw JSONSchemaError(path: node.path + "/$ref", problem: "there is no \(name)")
      }
    }
  }

  /// What is wrong with a document, each with its place; empty = it conforms.
  public func problems(in instance: FoundationJSON) -> [String] {
    var check = SchemaCheck(self)
    check.check(instance, by: root, at: "")
    if check.problems.isEmpty {
      met.formUnion(check.met)
      metNull.formUnion(check.metNull)
    }
    return check.problems
  }

  /// The members that a document must have.
  public var required: [String] { root.required }

  /// All properties it names, by their places in the schema.
  public var properties: Set<String> {
    Set(nodes.flatMap { $0.properties.values.map(\.path) })
  }

  /// The properties that may be null.
  public var nullableProperties: Set<String> {
    Set(nodes.flatMap { $0.properties.values.filter(allowsNull).map(\.path) })
  }

  /// Objects that allow members which nothing is said of, by their places.
  public var openObjects: Set<String> {
    Set(
      nodes.filter {
        guard $0.types?.contains("object") == true, case .any = $0.others else { return false }
        return true
      }.map(\.path))
  }

  /// The texts of the `enum` at a place.
  public func choices(at path: String) -> [String] {
    nodes.first { $0.path == path }?.choices?.compactMap(\.text) ?? []
  }

  private var nodes: [SchemaNode] {
    var nodes = [root] + definitions.values
    var next = 0
    while next < nodes.count {
      nodes += nodes[next].parts
      next += 1
    }
    return nodes
  }

  private func allowsNull(_ node: SchemaNode) -> Bool {
    var check = SchemaCheck(self)
    check.check(.null, by: node, at: "")
    return check.problems.isEmpty
  }
}
