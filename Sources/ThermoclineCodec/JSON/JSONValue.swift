internal import ThermoclineCore

/// A whole JSON document in memory, for the small documents of the output topics.
indirect enum JSONValue: Equatable {
  case null
  case bool(Bool)
  /// A number as written, so that nothing is lost.
  case number(String)
  case string(String)
  case array([JSONValue])
  /// Members in their order; a key that stands twice is there twice.
  case object([Member])

  struct Member: Equatable {
    var key: String
    var value: JSONValue
  }

  /// Reads a document; throws when it is not JSON in UTF-8.
  init(_ bytes: [UInt8]) throws(JSONFault) {
    let text = bytes.span
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: text)
    } catch {
      throw JSONFault(
        kind: .notJSON, offset: error.byteOffsets.lowerBound, detail: "the text is not UTF-8")
    }
    var scanner = JSONScanner()
    scanner.skipWhitespace(in: text)
    self = try Self.read(&scanner, in: text)
    scanner.skipWhitespace(in: text)
    if scanner.position < text.count {
      throw scanner.fault("something else follows the end of the value")
    }
  }

  private static func read(
    _ scanner: inout JSONScanner, in text: Span<UInt8>
  ) throws(JSONFault) -> JSONValue {
    switch try scanner.kind(in: text) {
    case .string: return .string(try string(try scanner.string(in: text), in: text))
    case .number: return .number(try slice(scanner.number(in: text).range, of: text))
    case .literal:
      switch try scanner.literal(in: text) {
      case .null: return .null
      case .true: return .bool(true)
      case .false: return .bool(false)
      }
    case .array:
      var elements: [JSONValue] = []
      try scanner.array(in: text) { (scanner) throws(JSONFault) in
        elements.append(try read(&scanner, in: text))
      }
      return .array(elements)
    case .object:
      var members: [Member] = []
      try scanner.object(in: text) { (scanner, key) throws(JSONFault) in
        let name = try string(key, in: text)
        members.append(Member(key: name, value: try read(&scanner, in: text)))
      }
      return .object(members)
    }
  }

  private static func string(
    _ token: JSONStringToken, in text: Span<UInt8>
  ) throws(JSONFault) -> String {
    guard token.hasEscapes else { return slice(token.range, of: text) }
    var units: [UInt8] = []
    try JSONEscape.decode(token, in: text) { units.append($0) }
    return String(decoding: units, as: UTF8.self)
  }

  private static func slice(_ range: Range<Int>, of text: Span<UInt8>) -> String {
    var units: [UInt8] = []
    units.reserveCapacity(range.count)
    for at in range { units.append(text[at]) }
    return String(decoding: units, as: UTF8.self)
  }
}
