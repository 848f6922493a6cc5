package import ThermoclineCore

/// Reads the messages of the profile topic: the key is the account, the value a JSON object.
///
/// Fields are named as the columns of a profile table (`contract_start`) or in camel case (`contractStart`). All may be
/// missing or null, which is the default; fields that mean nothing here are ignored.
package enum AccountProfileDecoder {
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

  /// The profile a value holds.
  package static func decode(_ value: [UInt8]) throws(ProfileFault) -> AccountProfile {
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
    var fields = ProfileFields()
    for member in members { try fields.add(member.key, member.value) }
    return try fields.profile()
  }
}
