package import ThermoclineCore

/// Reads the messages of the profile topic: the key is the account, the value a JSON object.
///
/// Fields are named as the columns of a profile table (`contract_start`) or in camel case (`contractStart`). All may be
/// missing or null, which is the default; fields that mean nothing here are ignored.
package enum AccountProfileDecoder {
  /// The account a key names.
  package static func account(key: [UInt8]?) throws(ProfileFault) -> String {
    try AccountMessage.account(key: key)
  }

  /// The profile a value holds.
  package static func decode(_ value: [UInt8]) throws(ProfileFault) -> AccountProfile {
    var fields = ProfileFields()
    for member in try AccountMessage.members(value) { try fields.add(member.key, member.value) }
    return try fields.profile()
  }
}
