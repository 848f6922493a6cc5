internal import ThermoclineCodec
internal import ThermoclineCore

extension Thermocline_V1_Alert {
  /// The same alert as a message.
  init(_ alert: HealthAlert) {
    self.init()
    fingerprint = alert.fingerprint
    account = alert.account
    rule = alert.rule
    state = .init(alert.state)
    severity = .init(alert.severity)
    at = .init(alert.at)
    startsAt = .init(alert.startsAt)
    if let time = alert.endsAt { endsAt = .init(time) }
    policy = alert.policy
    if let number = alert.value { value = number }
    if let number = alert.expected { expected = number }
    if let number = alert.drop { drop = number }
    if let number = alert.confidence { confidence = number }
    if let span = alert.window { window = span.description }
    if let known = alert.cause {
      cause.verdict = known.verdict
      cause.parts = known.parts.map { part in
        var message = Thermocline_V1_CausePart()
        message.name = part.name
        message.events = part.events
        return message
      }
    }
    if let name = alert.user { user = name }
    if let said = alert.control { control = .init(said) }
    tier = alert.tier
    stage = alert.stage
    revenue = alert.revenue
    summary = alert.summary
  }

  /// The alert that the message holds. Fingerprint, rule, state and time must be there; the account of an outage is empty.
  func alert() throws(OutputDecodingError) -> HealthAlert {
    guard !fingerprint.isEmpty else { throw .badField("fingerprint") }
    guard !rule.isEmpty else { throw .badField("rule") }
    guard hasAt else { throw .badField("at") }
    var alert = HealthAlert(
      fingerprint: fingerprint, account: account, rule: rule, state: try state.value(),
      at: try at.eventTime("at"))
    alert.severity = try severity.value() ?? alert.severity
    if hasStartsAt { alert.startsAt = try startsAt.eventTime("starts_at") }
    if hasEndsAt { alert.endsAt = try endsAt.eventTime("ends_at") }
    alert.policy = policy
    if hasValue { alert.value = try finite(value, "value") }
    if hasExpected { alert.expected = try finite(expected, "expected") }
    if hasDrop { alert.drop = try finite(drop, "drop") }
    if hasConfidence { alert.confidence = try finite(confidence, "confidence") }
    if hasWindow {
      guard let span = TimeSpan(window) else { throw .badField("window") }
      alert.window = span
    }
    if hasCause {
      var known = AlertCause(verdict: cause.verdict, parts: [])
      for part in cause.parts {
        known.parts.append(
          AlertCause.Part(name: part.name, events: try finite(part.events, "events")))
      }
      alert.cause = known
    }
    if hasUser { alert.user = user }
    if hasControl { alert.control = try control.value() }
    alert.tier = tier
    alert.stage = stage
    alert.revenue = try finite(revenue, "revenue")
    alert.summary = summary
    return alert
  }
}

extension Thermocline_V1_Alert.State {
  fileprivate init(_ state: AlertState) {
    self =
      switch state {
      case .pending: .pending
      case .firing: .firing
      case .recovering: .recovering
      case .resolved: .resolved
      }
  }

  fileprivate func value() throws(OutputDecodingError) -> AlertState {
    switch self {
    case .pending: .pending
    case .firing: .firing
    case .recovering: .recovering
    case .resolved: .resolved
    case .unspecified, .UNRECOGNIZED: throw .badField("state")
    }
  }
}

extension Thermocline_V1_Alert.Severity {
  fileprivate init(_ severity: Severity) {
    self =
      switch severity {
      case .critical: .critical
      case .error: .error
      case .warning: .warning
      case .info: .info
      }
  }

  fileprivate func value() throws(OutputDecodingError) -> Severity? {
    switch self {
    case .critical: .critical
    case .error: .error
    case .warning: .warning
    case .info: .info
    case .unspecified: nil
    case .UNRECOGNIZED: throw .badField("severity")
    }
  }
}

extension Thermocline_V1_Control {
  fileprivate init(_ control: AlertControl) {
    self.init()
    action =
      switch control.action {
      case .acknowledge: .acknowledge
      case .snooze: .snooze
      }
    reason = control.reason
    author = control.author
    from = .init(control.from)
    if let time = control.expires { expiresAt = .init(time) }
  }

  fileprivate func value() throws(OutputDecodingError) -> AlertControl {
    guard hasFrom else { throw .badField("from") }
    let action: AlertControl.Action
    switch self.action {
    case .acknowledge: action = .acknowledge
    case .snooze: action = .snooze
    case .unspecified, .UNRECOGNIZED: throw .badField("action")
    }
    return AlertControl(
      action, reason: reason, author: author, from: try from.eventTime("from"),
      expires: hasExpiresAt ? try expiresAt.eventTime("expires_at") : nil)
  }
}
