import Foundation

/// One schema inside a schema, with what its keywords say.
final class SchemaNode {
  /// What members may stand in an object besides the named ones.
  enum Others {
    case any, none
    case of(SchemaNode)
  }

  /// Where it stands, as a JSON pointer.
  let path: String
  var types: Set<String>?
  /// Of `enum` and `const`.
  var choices: [FoundationJSON]?
  var (minimum, maximum): (Decimal?, Decimal?)
  var (minLength, maxLength): (Int?, Int?)
  var pattern: Regex<AnyRegexOutput>?
  var isDateTime = false
  var properties: [String: SchemaNode] = [:]
  var required: [String] = []
  var others = Others.any
  var names: SchemaNode?
  var (minProperties, maxProperties): (Int?, Int?)
  var items: SchemaNode?
  var (minItems, maxItems): (Int?, Int?)
  /// At least one of them must hold; empty = no such rule.
  var anyOf: [SchemaNode] = []
  /// The definition that must hold too.
  var reference: String?
  var (condition, consequence, alternative): (SchemaNode?, SchemaNode?, SchemaNode?)

  /// Reads a schema; `isRoot`: the keywords of a whole document may stand in it, which others read.
  init(_ json: FoundationJSON, path: String, isRoot: Bool = false) throws(JSONSchemaError) {
    self.path = path
    guard case .object(let members) = json else {
      throw JSONSchemaError(path: path, problem: "is no object")
    }
    let document: Set = ["$schema", "$id", "$defs", "examples"]
    for (key, value) in members where !(isRoot && document.contains(key)) {
      let place = SchemaValue(value, path: "\(path)/\(key)")
      switch key {
      case "title", "description": _ = try place.string()
      case "type": types = Set(try place.stringOrStrings())
      case "enum": choices = try place.array().map(\.json)
      case "const": choices = [value]
      case "minimum": minimum = try place.number()
      case "maximum": maximum = try place.number()
      case "minLength": minLength = try place.count()
      case "maxLength": maxLength = try place.count()
      case "pattern": pattern = try place.pattern()
      case "format": isDateTime = try place.isDateTime()
      case "properties": properties = try place.schemas()
      case "required": required = try place.strings()
      case "additionalProperties":
        others = value == .bool(false) ? .none : .of(try place.schema())
      case "propertyNames": names = try place.schema()
      case "minProperties": minProperties = try place.count()
      case "maxProperties": maxProperties = try place.count()
      case "items": items = try place.schema()
      case "minItems": minItems = try place.count()
      case "maxItems": maxItems = try place.count()
      case "anyOf":
        for part in try place.array() { anyOf.append(try part.schema()) }
      case "$ref": reference = try place.reference()
      case "if": condition = try place.schema()
      case "then": consequence = try place.schema()
      case "else": alternative = try place.schema()
      default: throw JSONSchemaError(path: place.path, problem: "the keyword is not known")
      }
    }
    let known: Set = ["null", "boolean", "object", "array", "number", "integer", "string"]
    guard types?.isSubset(of: known) != false else {
      throw JSONSchemaError(path: path + "/type", problem: "is no type")
    }
  }

  /// The schemas inside that describe what an instance holds; those of conditions only ask.
  var parts: [SchemaNode] {
    var parts = Array(properties.values) + anyOf
    if case .of(let node) = others { parts.append(node) }
    if let items { parts.append(items) }
    return parts
  }
}

/// A keyword's value, read as what it must be.
private struct SchemaValue {
  let json: FoundationJSON
  let path: String

  init(_ json: FoundationJSON, path: String) { (self.json, self.path) = (json, path) }

  private func wrong(_ wanted: String) -> JSONSchemaError {
    JSONSchemaError(path: path, problem: "is not \(wanted)")
  }

  func string() throws(JSONSchemaError) -> String {
    guard let text = json.text else { throw wrong("a text") }
    return text
  }

  func number() throws(JSONSchemaError) -> Decimal {
    guard case .number(let number) = json else { throw wrong("a number") }
    return number
  }

  func count() throws(JSONSchemaError) -> Int {
    let number = NSDecimalNumber(decimal: try number()).intValue
    guard json == .number(Decimal(number)), number >= 0 else { throw wrong("a whole number") }
    return number
  }

  func array() throws(JSONSchemaError) -> [SchemaValue] {
    guard case .array(let elements) = json, !elements.isEmpty else { throw wrong("a list") }
    return elements.enumerated().map { SchemaValue($1, path: "\(path)/\($0)") }
  }

  func strings() throws(JSONSchemaError) -> [String] {
    var strings: [String] = []
    for element in try array() { strings.append(try element.string()) }
    return strings
  }

  func stringOrStrings() throws(JSONSchemaError) -> [String] {
    if let text = json.text { [text] } else { try strings() }
  }

  func pattern() throws(JSONSchemaError) -> Regex<AnyRegexOutput> {
    guard let regex = try? Regex(try string()) else { throw wrong("a pattern") }
    return regex.matchingSemantics(.unicodeScalar)
  }

  func isDateTime() throws(JSONSchemaError) -> Bool {
    guard try string() == "date-time" else { throw wrong("a format that is known") }
    return true
  }

  func reference() throws(JSONSchemaError) -> String {
    let text = try string()
    guard text.hasPrefix("#/$defs/") else { throw wrong("a definition of this schema") }
    return String(text.dropFirst("#/$defs/".count))
  }

  func schema() throws(JSONSchemaError) -> SchemaNode { try SchemaNode(json, path: path) }

  func schemas() throws(JSONSchemaError) -> [String: SchemaNode] {
    guard case .object(let members) = json else { throw wrong("an object of schemas") }
    var schemas: [String: SchemaNode] = [:]
    for (key, value) in members {
      schemas[key] = try SchemaNode(value, path: "\(path)/\(key)")
    }
    return schemas
  }
}
