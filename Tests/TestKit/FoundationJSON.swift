import Foundation

/// A JSON value as Foundation's decoder sees it.
public enum FoundationJSON: Codable, Equatable, Sendable {
  case null
  case bool(Bool)
  case number(Decimal)
  /// A number Foundation has no type for.
  case hugeNumber
  case string(String)
  case array([FoundationJSON])
  case object([String: FoundationJSON])

  /// Reads a value of any kind.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    // What is most frequent first: each attempt that fails costs an error.
    if container.decodeNil() {
      self = .null
    } else if let text = try? container.decode(String.self) {
      self = .string(text)
    } else if let number = try? container.decode(Decimal.self) {
      self = .number(number)
    } else if let flag = try? container.decode(Bool.self) {
      self = .bool(flag)
    } else if let members = try? container.decode([String: FoundationJSON].self) {
      self = .object(members)
    } else if let elements = try? container.decode([FoundationJSON].self) {
      self = .array(elements)
    } else {
      self = .hugeNumber
    }
  }

  /// Writes it as it was read; a huge number is lost.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null, .hugeNumber: try container.encodeNil()
    case .bool(let flag): try container.encode(flag)
    case .number(let number): try container.encode(number)
    case .string(let text): try container.encode(text)
    case .array(let elements): try container.encode(elements)
    case .object(let members): try container.encode(members)
    }
  }

  /// nil when Foundation's `JSONSerialization` does not take the bytes as JSON.
  public static func read(_ bytes: [UInt8]) -> FoundationJSON? {
    let data = Data(bytes)
    guard String(validating: bytes, as: UTF8.self) != nil,
      (try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)) != nil,
      !hasTrailingComma(bytes)
    else { return nil }
    return try? JSONDecoder().decode(FoundationJSON.self, from: data)
  }

  /// Foundation forgives a comma before a closing brace; RFC 8259 does not.
  private static func hasTrailingComma(_ bytes: [UInt8]) -> Bool {
    var (isInString, isEscaped) = (false, false)
    var last: UInt8 = 0
    for byte in bytes {
      let isSpace = byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
      if isSpace, !isInString { continue }
      if isInString {
        if byte == UInt8(ascii: "\""), !isEscaped { isInString = false }
        isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
      } else {
        if byte == UInt8(ascii: "\"") { isInString = true }
        let closes = byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
        if closes && last == UInt8(ascii: ",") { return true }
      }
      last = byte
    }
    return false
  }
}

extension FoundationJSON {
  /// The members of an object; nil for other values.
  public var members: [String: FoundationJSON]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The member of an object; nil when it is none or has no such member.
  public subscript(key: String) -> FoundationJSON? { members?[key] }

  /// The text of a string; nil for other values.
  public var text: String? { if case .string(let text) = self { text } else { nil } }
}
