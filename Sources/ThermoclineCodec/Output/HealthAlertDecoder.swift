package import ThermoclineCore

/// Reads the JSON of the alert topic.
package enum HealthAlertDecoder {
  /// The alert a message's bytes hold. Fingerprint, account, rule, state and a time must be there;
  /// unknown fields are ignored.
  package static func decode(_ bytes: [UInt8]) throws(OutputDecodingError) -> HealthAlert {
    let fields = try JSONFields(bytes)
    let startsAt = try fields.time("startsAt")
    var alert = HealthAlert(
      fingerprint: try fields.required("fingerprint", try fields.string("fingerprint")),
      account: try fields.required("account", try fields.string("account")),
      rule: try fields.required("rule", try fields.string("rule")),
      state: try fields.required(
        "state", try fields.string("state").flatMap { AlertState(rawValue: $0) }),
      at: try fields.required("at", try fields.time("at") ?? startsAt))
    if let name = try fields.string("severity") {
      alert.severity = try fields.required("severity", Severity(rawValue: name))
    }
    if let startsAt { alert.startsAt = startsAt }
    alert.endsAt = try fields.time("endsAt")
    alert.policy = try fields.string("policy") ?? ""
    alert.value = try fields.double("value")
    alert.expected = try fields.double("expected")
    alert.drop = try fields.double("drop")
    alert.confidence = try fields.double("confidence")
    if let name = try fields.string("window") {
      alert.window = try fields.required("window", TimeSpan(name))
    }
    if let cause = try fields.object("cause"), let parts = try cause.object("parts") {
      alert.cause = AlertCause(
        verdict: try cause.required("verdict", try cause.string("verdict")), parts: [])
      for name in ["audience", "sessions_per_user", "calls_per_session"] {
        guard let events = try parts.double(name) else { continue }
        alert.cause?.parts.append(AlertCause.Part(name: name, events: events))
      }
    }
    alert.user = try fields.string("user")
    if let control = try fields.object("control") {
      alert.control = AlertControl(
        try control.required(
          "action", try control.string("action").flatMap { AlertControl.Action(rawValue: $0) }),
        reason: try control.string("reason") ?? "", author: try control.string("author") ?? "",
        from: try control.required("from", try control.time("from")),
        expires: try control.time("expiresAt"))
    }
    alert.tier = try fields.string("tier") ?? ""
    alert.stage = try fields.string("stage") ?? ""
    alert.revenue = try fields.double("revenue") ?? 0
    alert.summary = try fields.string("summary") ?? ""
    return alert
  }
}
