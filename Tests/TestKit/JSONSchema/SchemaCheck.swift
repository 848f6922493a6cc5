import Foundation

/// Holds one document against a schema.
struct SchemaCheck {
  private let schema: JSONSchema
  private(set) var problems: [String] = []
  private(set) var (met, metNull): (Set<String>, Set<String>) = ([], [])

  init(_ schema: JSONSchema) { self.schema = schema }

  /// Notes what is wrong with a value at a place of the document.
  mutating func check(_ value: FoundationJSON, by node: SchemaNode, at place: String) {
    if let types = node.types, !types.contains(where: { value.isOf(type: $0) }) {
      // What follows would only say the same again.
      return say(place, "is not of type \(types.sorted().joined(separator: " or "))")
    }
    if let choices = node.choices, !choices.contains(value) {
      say(place, "\(value) is none of the words allowed")
    }
    switch value {
    case .string(let text): check(text, by: node, at: place)
    case .number(let number): check(number, by: node, at: place)
    case .hugeNumber: say(place, "a number beyond all bounds")
    case .array(let elements): check(elements, by: node, at: place)
    case .object(let members): check(members, by: node, at: place)
    case .null, .bool: break
    }
    if let name = node.reference { check(value, by: schema.definitions[name]!, at: place) }
    if !node.anyOf.isEmpty {
      guard let fitting = node.anyOf.first(where: { holds($0, value) }) else {
        return say(place, "\(value) fits none of the alternatives")
      }
      check(value, by: fitting, at: place)
    }
    if let condition = node.condition {
      let rule = holds(condition, value) ? node.consequence : node.alternative
      if let rule { demand(rule, of: value, at: place) }
    }
  }

  private func holds(_ node: SchemaNode, _ value: FoundationJSON) -> Bool {
    var check = SchemaCheck(schema)
    check.check(value, by: node, at: "")
    return check.problems.isEmpty
  }

  /// A rule of a condition says nothing of which properties there are.
  private mutating func demand(_ node: SchemaNode, of value: FoundationJSON, at place: String) {
    var check = SchemaCheck(schema)
    check.check(value, by: node, at: place)
    problems += check.problems
  }

  private mutating func check(_ text: String, by node: SchemaNode, at place: String) {
    range(text.unicodeScalars.count, node.minLength, node.maxLength, "characters", place)
    if let pattern = node.pattern, text.firstMatch(of: pattern) == nil {
      say(place, "\"\(text)\" does not match the pattern")
    }
    if node.isDateTime, !text.isDateTime { say(place, "\"\(text)\" is no time") }
  }

  private mutating func check(_ number: Decimal, by node: SchemaNode, at place: String) {
    if let minimum = node.minimum, number < minimum { say(place, "\(number) is below \(minimum)") }
    if let maximum = node.maximum, number > maximum { say(place, "\(number) is above \(maximum)") }
  }

  private mutating func check(_ elements: [FoundationJSON], by node: SchemaNode, at place: String) {
    range(elements.count, node.minItems, node.maxItems, "elements", place)
    guard let items = node.items else { return }
    for (i, element) in elements.enumerated() { check(element, by: items, at: "\(place)/\(i)") }
  }

  private mutating func check(
    _ members: [String: FoundationJSON], by node: SchemaNode, at place: String
  ) {
    range(members.count, node.minProperties, node.maxProperties, "members", place)
    for name in node.required where members[name] == nil { say(place, "\(name) is missing") }
    for (name, value) in members {
      let place = "\(place)/\(name)"
      if let names = node.names { check(.string(name), by: names, at: place) }
      if let property = node.properties[name] {
        if value == .null { metNull.insert(property.path) } else { met.insert(property.path) }
        check(value, by: property, at: place)
        continue
      }
      switch node.others {
      case .any: break
      case .none: say(place, "is not allowed")
      case .of(let node): check(value, by: node, at: place)
      }
    }
  }

  private mutating func range(
    _ count: Int, _ least: Int?, _ most: Int?, _ what: String, _ place: String
  ) {
    if let least, count < least { say(place, "has \(count) \(what), less than \(least)") }
    if let most, count > most { say(place, "has \(count) \(what), more than \(most)") }
  }

  private mutating func say(_ place: String, _ problem: String) {
    problems.append("\(place.isEmpty ? "/" : place): \(problem)")
  }
}

extension FoundationJSON {
  /// A whole number is an integer, however it is written.
  fileprivate func isOf(type: String) -> Bool {
    switch self {
    case .null: type == "null"
    case .bool: type == "boolean"
    case .string: type == "string"
    case .array: type == "array"
    case .object: type == "object"
    case .hugeNumber: type == "number"
    case .number(let number): type == "number" || (type == "integer" && number.isWhole)
    }
  }
}

extension Decimal {
  fileprivate var isWhole: Bool {
    var (number, whole) = (self, Decimal())
    // SAFETY: both live for the call.
    unsafe NSDecimalRound(&whole, &number, 0, .plain)
    return whole == self
  }
}

extension String {
  /// A time of RFC 3339 in UTC on a day that there is.
  fileprivate var isDateTime: Bool {
    let form = /(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?Z/
    guard let parts = wholeMatch(of: form)?.output else { return false }
    let date = DateComponents(
      calendar: Calendar(identifier: .gregorian), timeZone: .gmt, year: Int(parts.1),
      month: Int(parts.2), day: Int(parts.3), hour: Int(parts.4), minute: Int(parts.5),
      second: Int(parts.6))
    return date.isValidDate
  }
}
