package import ThermoclineCore

/// Writes an alert's state change as the JSON of the alert topic.
package enum HealthAlertEncoder {
  /// Appends one alert to the writer as an object.
  package static func encode(_ alert: HealthAlert, into writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("fingerprint")
    writer.value(alert.fingerprint)
    writer.key("account")
    writer.value(alert.account)
    writer.key("rule")
    writer.value(alert.rule)
    writer.key("state")
    writer.value(alert.state.rawValue)
    writer.key("severity")
    writer.value(alert.severity.rawValue)
    writer.key("at")
    writer.value(alert.at)
    writer.key("startsAt")
    writer.value(alert.startsAt)
    writer.key("endsAt")
    writer.value(alert.endsAt)
    writer.key("policy")
    writer.value(alert.policy)
    writer.key("value")
    writer.readable(alert.value)
    writer.key("expected")
    writer.readable(alert.expected)
    writer.key("drop")
    writer.readable(alert.drop)
    writer.key("confidence")
    writer.readable(alert.confidence)
    writer.key("window")
    writer.value(alert.window?.description)
    if let cause = alert.cause {
      writer.key("cause")
      writer.beginObject()
      writer.key("verdict")
      writer.value(cause.verdict)
      writer.key("parts")
      writer.beginObject()
      for part in cause.parts {
        writer.key(part.name)
        writer.readable(part.events)
      }
      writer.endObject()
      writer.endObject()
    }
    if let user = alert.user {
      writer.key("user")
      writer.value(user)
    }
    if let control = alert.control {
      writer.key("control")
      AlertControlEncoder.encode(control, into: &writer)
    }
    writer.key("tier")
    writer.value(alert.tier)
    writer.key("stage")
    writer.value(alert.stage)
    writer.key("revenue")
    writer.readable(alert.revenue)
    writer.key("summary")
    writer.value(alert.summary)
    writer.endObject()
  }
}
