internal import ThermoclineCore

extension AccountMessage {
  /// The values of the fields that mean something, each there once at most; null is as good as not there.
  static func values(
    _ members: [JSONValue.Member], of fields: [String]
  ) throws(ProfileFault) -> [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    for member in members where fields.contains(member.key) {
      guard values.updateValue(member.value, forKey: member.key) == nil else {
        throw ProfileFault(.duplicateKey, "the field \(member.key) is there twice")
      }
    }
    return values.filter { $0.value != .null }
  }

  /// A text; nil for a field that is missing or empty.
  static func text(
    _ field: String, _ values: [String: JSONValue], _ most: Int
  ) throws(ProfileFault) -> String? {
    guard let value = values[field] else { return nil }
    guard case .string(let text) = value else {
      throw ProfileFault(.wrongType, "\(field) is not a text")
    }
    guard text.utf8.count <= most else {
      throw ProfileFault(
        .nameTooLong, "\(field) has \(text.utf8.count) bytes, more than \(most)")
    }
    return text.isEmpty ? nil : text
  }

  /// A date or a time; nil for a field that is missing or empty.
  static func time(
    _ field: String, _ values: [String: JSONValue]
  ) throws(ProfileFault) -> EventTime? {
    guard let text = try text(field, values, Limits.nameBytesMax) else { return nil }
    guard let time = time(text) else {
      throw ProfileFault(
        .invalidTime, "\(field): \"\(text)\" is neither 2025-09-01 nor 2025-09-01T08:30:00Z")
    }
    return time
  }
}
