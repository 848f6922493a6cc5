internal import ThermoclineCore

/// The members of one object, taken by name and type. Members nobody asks for are ignored, so that
/// a newer writer does not break an older reader.
struct JSONFields {
  private let members: [String: JSONValue]
  /// The members' names in their order.
  let names: [String]

  /// Reads a document that is one object.
  init(_ bytes: [UInt8]) throws(OutputDecodingError) {
    let document: JSONValue
    do throws(JSONFault) {
      document = try JSONValue(bytes)
    } catch {
      throw .notJSON(offset: error.offset, detail: error.detail)
    }
    guard let fields = JSONFields(document) else { throw .notAnObject }
    self = fields
  }

  /// nil when the value is no object. Of a key that stands twice the last counts.
  init?(_ value: JSONValue) {
    guard case .object(let list) = value else { return nil }
    names = list.map(\.key)
    members = Dictionary(list.map { ($0.key, $0.value) }, uniquingKeysWith: { _, last in last })
  }

  /// The value of an optional field: nil when it is missing or null.
  private func present(_ name: String) -> JSONValue? {
    let value = members[name]
    return value == .null ? nil : value
  }

  /// Reads a field that may be missing or null.
  private func optional<Value>(
    _ name: String, _ read: (JSONValue) -> Value?
  ) throws(OutputDecodingError) -> Value? {
    guard let value = present(name) else { return nil }
    guard let result = read(value) else { throw .badField(name) }
    return result
  }

  /// The value of a field that must be there.
  func required<Value>(_ name: String, _ value: Value?) throws(OutputDecodingError) -> Value {
    guard let value else { throw .badField(name) }
    return value
  }

  func string(_ name: String) throws(OutputDecodingError) -> String? {
    try optional(name) { if case .string(let text) = $0 { text } else { nil } }
  }

  func bool(_ name: String) throws(OutputDecodingError) -> Bool? {
    try optional(name) { if case .bool(let flag) = $0 { flag } else { nil } }
  }

  func double(_ name: String) throws(OutputDecodingError) -> Double? {
    try optional(name) { value in
      guard case .number(let text) = value, let number = Double(text), number.isFinite else {
        return nil
      }
      return number
    }
  }

  func points(_ name: String) throws(OutputDecodingError) -> Points? {
    try optional(name, Self.points)
  }

  /// A whole number.
  func count(_ name: String) throws(OutputDecodingError) -> Int? { try optional(name, Self.count) }

  /// An amount of the currency, in hundredths.
  func hundredths(_ name: String) throws(OutputDecodingError) -> Int64? {
    try optional(name) { value in
      guard case .number(let text) = value else { return nil }
      return DecimalNumber(json: text)?.units(places: 2)
    }
  }

  /// The members of an object of whole numbers in their order.
  func namedCounts(_ name: String) throws(OutputDecodingError) -> [NamedCount]? {
    try optional(name) { value in
      guard case .object(let members) = value else { return nil }
      var result: [NamedCount] = []
      for member in members {
        guard let count = Self.count(member.value) else { return nil }
        result.append(NamedCount(name: member.key, count: count))
      }
      return result
    }
  }

  private static func count(_ value: JSONValue) -> Int? {
    if case .number(let text) = value { Int(text) } else { nil }
  }

  func time(_ name: String) throws(OutputDecodingError) -> EventTime? {
    try optional(name) { value in
      guard case .string(let text) = value else { return nil }
      let bytes = Array(text.utf8)
      return RFC3339.time(in: bytes.span, 0..<bytes.count)
    }
  }

  func object(_ name: String) throws(OutputDecodingError) -> JSONFields? {
    try optional(name) { JSONFields($0) }
  }

  /// The values that are objects, whatever they are called.
  var objects: [JSONFields] { members.values.compactMap { JSONFields($0) } }

  func array(_ name: String) throws(OutputDecodingError) -> [JSONValue]? {
    try optional(name) { if case .array(let elements) = $0 { elements } else { nil } }
  }

  /// The members of an object of points in their order.
  func namedPoints(_ name: String) throws(OutputDecodingError) -> [NamedPoints]? {
    try optional(name) { value in
      guard case .object(let members) = value else { return nil }
      var result: [NamedPoints] = []
      for member in members {
        let points = Self.points(member.value)
        if points == nil && member.value != .null { return nil }
        result.append(NamedPoints(name: member.key, points: points))
      }
      return result
    }
  }

  private static func points(_ value: JSONValue) -> Points? {
    guard case .number(let text) = value else { return nil }
    return DecimalNumber(json: text)?.units(places: 4).map { Points(tenThousandths: $0) }
  }
}
