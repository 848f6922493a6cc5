internal import ThermoclineCore

/// One alert: what, since when, by which numbers, why; and what a person can say of it.
enum AlertCard {
  static func html(_ stored: StoredAlert, canControl: Bool) -> HTML {
    let alert = stored.alert
    return """
      <li id="a-\(alert.fingerprint)" class="alert">
      <div class="head">\(Badge.severity(alert.severity.rawValue))<span class="badge state-\(alert.state.rawValue)">\(alert.state.rawValue)</span><strong>\(Badge.account(alert.account))</strong><code>\(name: alert.rule)</code><span class="muted">since \(Figure.time(alert.startsAt))</span></div>
      <p>\(sentence: alert.summary)</p>
      <p class="figures">\(figures(alert).joined(separator: " · "))</p>
      \(cause(alert.cause))\(said(stored))\(canControl ? form(alert.fingerprint) : .none)
      </li>
      """
  }

  /// The numbers behind it, as far as there are any.
  private static func figures(_ alert: HealthAlert) -> [String] {
    [
      alert.value.map { "value " + Figure.short($0) },
      alert.expected.map { "expected " + Figure.short($0) },
      alert.drop.map { "fall " + Figure.percent($0) },
      alert.confidence.map { "confidence " + Figure.confidence($0) },
      alert.revenue > 0
        ? "at stake " + Figure.number(alert.revenue, decimals: 0) + " a month" : nil,
    ].compactMap { $0 }
  }

  /// A verdict in words; a name that is not known stays as it is.
  private static func words(_ verdict: String) -> String {
    switch verdict {
    case "business_shrank": "the customer's own business shrank"
    case "turned_away": "the traffic is there, but it turned away from the product"
    case "contact_lost": "a contact was lost"
    case "feature_abandoned": "a feature was abandoned"
    case "peers_fell_too": "its peers fell too"
    case "undetermined": "not clear"
    default: verdict
    }
  }

  private static func cause(_ cause: AlertCause?) -> HTML {
    guard let cause else { return .none }
    let most = cause.parts.map(\.events.magnitude).max() ?? 0
    return """
      <div class="cause"><p>Why: <strong>\(name: words(cause.verdict))</strong></p><ul>\(HTML.each(cause.parts) { part in
        let length = most > 0 ? part.events.magnitude / most * 80 : 0
        return """
          <li><span>\(name: part.name.replacing("_", with: " "))</span><svg viewBox="0 0 80 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="80" height="10"/><rect class="\(part.events < 0 ? "down" : "up")" width="\(length)" height="10"/></svg><span class="n">\(Figure.signed(part.events))</span></li>
          """
      })</ul></div>
      """
  }

  private static func said(_ stored: StoredAlert) -> HTML {
    "\(holding(stored.alert.control))\(waiting(stored))"
  }

  /// What the job goes by.
  private static func holding(_ control: AlertControl?) -> HTML {
    guard let control else { return .none }
    return
      "<p class=\"notice\">\(control.action == .snooze ? "Snoozed" : "Acknowledged") by \(name: control.author)\(until(control.expires)): \(sentence: control.reason)</p>"
  }

  /// What was sent since the job said something of the alert.
  private static func waiting(_ stored: StoredAlert) -> HTML {
    guard let sent = stored.sent, sent.sent >= stored.alert.at else { return .none }
    let what: HTML =
      switch sent.action {
      case .acknowledge: said("Acknowledgement sent", sent)
      case .snooze: said("Snooze sent", sent)
      case nil: "Taken back \(Figure.time(sent.sent))"
      }
    return
      "<p class=\"notice\">\(what). The job looks at it at the account's next midnight.</p>"
  }

  private static func said(_ what: String, _ sent: SentControl) -> HTML {
    "\(what) \(Figure.time(sent.sent)) by \(name: sent.author)\(until(sent.expires)): \(sentence: sent.reason)"
  }

  private static func until(_ time: EventTime?) -> String {
    time.map { " until \(Figure.time($0))" } ?? ""
  }

  private static func form(_ fingerprint: String) -> HTML {
    """
    <details><summary>Acknowledge or snooze</summary><form method="post" action="/alerts/\(query: fingerprint)">
    <label>Reason<input name="reason" required maxlength="200"></label><label>Your name<input name="author" required maxlength="100"></label><label>Days<input name="days" type="number" min="1" max="365" value="14"></label>
    <button name="action" value="acknowledge">Acknowledge</button><button name="action" value="snooze">Snooze</button><button name="action" value="clear" formnovalidate>Take back</button></form></details>
    """
  }
}
