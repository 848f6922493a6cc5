package import ThermoclineCore

/// Reads the messages of the override topic: the key is the account, the value a JSON object with `score` or `band` (or
/// both), `reason`, `author`, `expires`, and perhaps `from`. Other fields mean nothing here.
package enum ScoreOverrideDecoder {
  /// The override a value holds.
  package static func decode(_ value: [UInt8]) throws(ProfileFault) -> ScoreOverride {
    try decode(try AccountMessage.members(value))
  }

  /// A line of a file of overrides: the same object with the account in it.
  package static func decode(
    line: [UInt8]
  ) throws(ProfileFault) -> (account: String, override: ScoreOverride) {
    let members = try AccountMessage.members(line)
    var account: String?
    for member in members where member.key == "account" {
      guard account == nil else {
        throw ProfileFault(.duplicateKey, "the field account is there twice")
      }
      guard case .string(let name) = member.value else {
        throw ProfileFault(.wrongType, "account is not a text")
      }
      account = try AccountMessage.account(key: Array(name.utf8))
    }
    guard let account else { throw ProfileFault(.missingAccount, "account is missing") }
    return (account, try decode(members))
  }

  private static let fields = ["score", "band", "reason", "author", "from", "expires"]

  private static func decode(
    _ members: [JSONValue.Member]
  ) throws(ProfileFault) -> ScoreOverride {
    let values = try AccountMessage.values(members, of: fields)
    var score: Points?
    if let value = values["score"] {
      guard case .number(let text) = value, let points = Double(text) else {
        throw ProfileFault(.wrongType, "score is not a number")
      }
      guard (0...100).contains(points) else {
        throw ProfileFault(.valueOutOfRange, "score: \(text) is not in 0…100")
      }
      score = Points(points)
    }
    let band = try AccountMessage.text("band", values, Limits.nameBytesMax)
    guard score != nil || band != nil else {
      throw ProfileFault(.wrongType, "neither score nor band is there")
    }
    let from = try AccountMessage.time("from", values)
    guard let expires = try AccountMessage.time("expires", values) else {
      throw ProfileFault(.invalidTime, "expires is missing; nothing a person says holds for ever")
    }
    if let from, from >= expires {
      throw ProfileFault(.valueOutOfRange, "expires: it ends before it begins")
    }
    guard let reason = try AccountMessage.text("reason", values, Limits.overrideReasonBytesMax)
    else {
      throw ProfileFault(.wrongType, "reason is missing")
    }
    guard let author = try AccountMessage.text("author", values, Limits.nameBytesMax) else {
      throw ProfileFault(.wrongType, "author is missing")
    }
    return ScoreOverride(
      score: score, band: band, reason: reason, author: author, from: from, expires: expires)
  }
}
