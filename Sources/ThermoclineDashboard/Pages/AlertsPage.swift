internal import ThermoclineCore
internal import ThermoclineServer

/// The list of alerts.
enum AlertsPage {
  static let pageSize = 100

  static func reply(
    _ alerts: (alerts: [StoredAlert], total: Int), state: AlertState?, offset: Int, canControl: Bool
  ) -> ServerReply {
    let list: HTML =
      alerts.alerts.isEmpty
      ? "<section class=\"card\"><p class=\"empty\">No alerts here.</p></section>"
      : "<ul class=\"alerts\">\(HTML.each(alerts.alerts) { AlertCard.html($0, canControl: canControl) })</ul>"
    let hint: HTML =
      canControl
      ? .none
      : "<p class=\"muted\">To acknowledge and snooze here, start the dashboard with a topic of alert controls (alert_controls.topic).</p>"
    return PageFrame.reply(
      "Alerts", .alerts,
      """
      <div class="title"><h1>Alerts</h1><p class="muted">\(Figure.count(alerts.total)) found</p></div>
      <nav class="tabs" aria-label="States of alerts">\(tab("Open", nil, state))\(tab("Firing", .firing, state))\(tab("Recovering", .recovering, state))\(tab("Over", .resolved, state))</nav>
      \(hint)\(list)\(pager(alerts.total, alerts.alerts.count, state, offset))
      """)
  }

  private static func tab(_ title: String, _ state: AlertState?, _ current: AlertState?) -> HTML {
    let mark: HTML = state == current ? " aria-current=\"true\"" : ""
    return "<a href=\"/alerts?state=\(state?.rawValue ?? "")\"\(mark)>\(title)</a>"
  }

  private static func pager(_ total: Int, _ shown: Int, _ state: AlertState?, _ offset: Int) -> HTML
  {
    guard total > pageSize else { return .none }
    let address = "/alerts?state=\(state?.rawValue ?? "")&offset="
    let before: HTML =
      offset > 0
      ? "<a rel=\"prev\" href=\"\(address)\(max(0, offset - pageSize))\">← Previous</a>" : .none
    let after: HTML =
      offset + shown < total
      ? "<a rel=\"next\" href=\"\(address)\(offset + pageSize)\">Next →</a>" : .none
    return
      "<nav class=\"pager\" aria-label=\"Pages of alerts\">\(before)<span>\(Figure.count(offset + 1))–\(Figure.count(offset + shown)) of \(Figure.count(total))</span>\(after)</nav>"
  }
}
