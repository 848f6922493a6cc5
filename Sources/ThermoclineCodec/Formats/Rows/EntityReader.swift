internal import ThermoclineCore

/// Finds an entity among those attached to a Snowplow event.
enum EntityReader {
  /// The `id` of the first entity whose schema has the name `entity`
  /// (`iglu:vendor/name/format/version`); absent when there is none.
  static func account(
    in text: Span<UInt8>, _ range: Range<Int>, entity: String
  ) -> Result<FoundValue, JSONFault> {
    var result = FoundValue.absent
    do throws(JSONFault) {
      let text = text.extracting(0..<range.upperBound)
      var scanner = JSONScanner(at: range.lowerBound)
      scanner.skipWhitespace(in: text)
      try members(&scanner, in: text) { (scanner, key) throws(JSONFault) in
        guard try isText(key, "data", in: text), try scanner.kind(in: text) == .array else {
          return try scanner.skipValue(in: text)
        }
        try scanner.array(in: text) { (scanner) throws(JSONFault) in
          let value = try self.entity(&scanner, in: text, entity)
          if !result.isGiven, let value { result = value }
        }
      }
      scanner.skipWhitespace(in: text)
      if scanner.position < text.count {
        throw scanner.fault("something else follows the end of the object")
      }
    } catch {
      return .failure(error)
    }
    return .success(result)
  }

  /// The entity's id when its schema has the name.
  private static func entity(
    _ scanner: inout JSONScanner, in text: Span<UInt8>, _ name: String
  ) throws(JSONFault) -> FoundValue? {
    var hasName = false
    var id = FoundValue.absent
    try members(&scanner, in: text) { (scanner, key) throws(JSONFault) in
      let kind = try scanner.kind(in: text)
      if kind == .string, try isText(key, "schema", in: text) {
        hasName = try isName(try scanner.string(in: text), name, in: text)
      } else if kind == .object, try isText(key, "data", in: text) {
        try scanner.object(in: text) { (scanner, key) throws(JSONFault) in
          guard try isText(key, "id", in: text) else { return try scanner.skipValue(in: text) }
          id = try value(&scanner, in: text)
        }
      } else {
        try scanner.skipValue(in: text)
      }
    }
    return hasName ? id : nil
  }

  private static func value(
    _ scanner: inout JSONScanner, in text: Span<UInt8>
  ) throws(JSONFault) -> FoundValue {
    func found(_ kind: FoundValue.Kind, _ range: Range<Int>) -> FoundValue {
      FoundValue(kind: kind, range: ByteRange(offset: range.lowerBound, length: range.count))
    }
    let start = scanner.position
    switch try scanner.kind(in: text) {
    case .string:
      let token = try scanner.string(in: text)
      return found(token.hasEscapes ? .escapedText : .text, token.range)
    case .number:
      let token = try scanner.number(in: text)
      return found(token.isPlainInteger ? .integer : .number, token.range)
    case .literal:
      if try scanner.literal(in: text) == .null { return .absent }
      return found(.bool, start..<scanner.position)
    case .object:
      try scanner.skipValue(in: text)
      return found(.object, start..<scanner.position)
    case .array:
      try scanner.skipValue(in: text)
      return found(.array, start..<scanner.position)
    }
  }

  /// Walks over an object; anything else is passed over.
  private static func members(
    _ scanner: inout JSONScanner, in text: Span<UInt8>,
    _ member: (inout JSONScanner, JSONStringToken) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    guard try scanner.kind(in: text) == .object else { return try scanner.skipValue(in: text) }
    try scanner.object(in: text, member: member)
  }

  private static func isText(
    _ token: JSONStringToken, _ expected: String, in text: Span<UInt8>
  ) throws(JSONFault) -> Bool {
    var rest = expected.utf8[...]
    var isEqual = true
    try JSONEscape.decode(token, in: text) { byte in
      if rest.popFirst() != byte { isEqual = false }
    }
    return isEqual && rest.isEmpty
  }

  /// Whether the second part of a schema's path is the name.
  private static func isName(
    _ token: JSONStringToken, _ name: String, in text: Span<UInt8>
  ) throws(JSONFault) -> Bool {
    var rest = name.utf8[...]
    var (slashes, isEqual) = (0, true)
    try JSONEscape.decode(token, in: text) { byte in
      if byte == UInt8(ascii: "/") {
        slashes += 1
      } else if slashes == 1, rest.popFirst() != byte {
        isEqual = false
      }
    }
    return slashes >= 2 && isEqual && rest.isEmpty
  }
}
