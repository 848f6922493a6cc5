internal import ThermoclineCore

/// What the messages of all topics keyed by account have in common: the key is the account, the value a JSON object.
package enum AccountMessage {
  /// The account a key names.
  package static func account(key: [UInt8]?) throws(ProfileFault) -> String {
    guard let key, !key.isEmpty else {
      throw ProfileFault(.missingAccount, "the message has no key; the key is the account")
    }
    guard key.count <= Limits.nameBytesMax else {
      throw ProfileFault(
        .nameTooLong, "the key has \(key.count) bytes, more than \(Limits.nameBytesMax)")
    }
    guard let account = String(validating: key, as: UTF8.self) else {
      throw ProfileFault(.invalidUTF8, "the key is not UTF-8")
    }
    return account
  }

  /// The members of the object a value holds, in their order.
  static func members(_ value: [UInt8]) throws(ProfileFault) -> [JSONValue.Member] {
    guard value.count <= Limits.messageBytesMax else {
      throw ProfileFault(
        .messageTooLarge,
        "the message has \(value.count) bytes, more than the \(Limits.messageBytesMax) allowed")
    }
    guard !value.isEmpty else {
      throw ProfileFault(.emptyMessage, "the value is empty; a tombstone has no value at all")
    }
    let document: JSONValue
    do throws(JSONFault) { document = try JSONValue(value) } catch {
      let reason: RefusalReason = error.kind == .nestingTooDeep ? .nestingTooDeep : .notJSON
      throw ProfileFault(reason, "at byte \(error.offset): \(error.detail)")
    }
    guard case .object(let members) = document else {
      throw ProfileFault(.notAnObject, "the value is not an object")
    }
    return members
  }

  /// A date (midnight UTC) or a time of RFC 3339; nil for anything else.
  static func time(_ text: String) -> EventTime? {
    let bytes = Array((text.utf8.count == 10 ? text + "T00:00:00Z" : text).utf8)
    return RFC3339.time(in: bytes.span, 0..<bytes.count)
  }
}
