package import ThermoclineCore

/// Reads the messages of the topic of alert controls: the key is the alert's fingerprint, the value a JSON object with
/// `action` (`acknowledge` or `snooze`), `reason`, `author`, `from` and, for a snooze always, `expires`. Other fields
/// mean nothing here.
package enum AlertControlDecoder {
  /// The control a value holds.
  package static func decode(_ value: [UInt8]) throws(ProfileFault) -> AlertControl {
    try decode(try AccountMessage.members(value))
  }

  /// Which alert a line is about: by its fingerprint, or by account and rule.
  package enum Subject: Sendable, Equatable {
    case fingerprint(String)
    case alert(account: String, rule: String)
  }

  /// A line of a file of controls: the same object with `fingerprint`, or `account` and `rule`, in it.
  package static func decode(
    line: [UInt8]
  ) throws(ProfileFault) -> (subject: Subject, control: AlertControl) {
    let members = try AccountMessage.members(line)
    let values = try AccountMessage.values(members, of: ["fingerprint", "account", "rule"])
    let most = Limits.nameBytesMax
    let fingerprint = try AccountMessage.text("fingerprint", values, most)
    let account = try AccountMessage.text("account", values, most)
    let rule = try AccountMessage.text("rule", values, most)
    let control = try decode(members)
    switch (fingerprint, account, rule) {
    case (let fingerprint?, nil, nil):
      guard fingerprint.utf8.count == 16, fingerprint.allSatisfy(\.isHexDigit) else {
        throw ProfileFault(
          .valueOutOfRange, "fingerprint: \"\(fingerprint)\" is not 16 hexadecimal digits")
      }
      return (.fingerprint(fingerprint.lowercased()), control)
    case (nil, let account?, let rule?): return (.alert(account: account, rule: rule), control)
    default:
      throw ProfileFault(
        .missingAccount, "which alert? give fingerprint, or account and rule, and not both")
    }
  }

  private static let fields = ["action", "reason", "author", "from", "expires"]

  private static func decode(_ members: [JSONValue.Member]) throws(ProfileFault) -> AlertControl {
    let values = try AccountMessage.values(members, of: fields)
    let word = try AccountMessage.text("action", values, Limits.nameBytesMax)
    guard let action = word.flatMap({ AlertControl.Action(rawValue: $0) }) else {
      throw ProfileFault(
        .wrongType, "action: \"\(word ?? "")\" is neither acknowledge nor snooze")
    }
    guard let from = try AccountMessage.time("from", values) else {
      throw ProfileFault(.invalidTime, "from is missing; a replay must know when it was said")
    }
    let expires = try AccountMessage.time("expires", values)
    guard action == .acknowledge || expires != nil else {
      throw ProfileFault(.invalidTime, "expires is missing; no alert is snoozed for ever")
    }
    if let expires, from >= expires {
      throw ProfileFault(.valueOutOfRange, "expires: it ends before it begins")
    }
    guard let reason = try AccountMessage.text("reason", values, Limits.overrideReasonBytesMax)
    else { throw ProfileFault(.wrongType, "reason is missing") }
    guard let author = try AccountMessage.text("author", values, Limits.nameBytesMax) else {
      throw ProfileFault(.wrongType, "author is missing")
    }
    return AlertControl(action, reason: reason, author: author, from: from, expires: expires)
  }
}
