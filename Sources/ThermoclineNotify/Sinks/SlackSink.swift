internal import ThermoclineCodec
package import ThermoclineCore

/// An incoming webhook of Slack or of a chat that takes the same (`text` with mark-up).
package struct SlackSink: AlertSink {
  package var link: AccountLink?

  package init(link: AccountLink? = nil) { self.link = link }

  package func wants(_ kind: AlertChange.Kind) -> Bool { kind != .updated }
  package var merging: SinkMerging { .inStorms(most: NotifyLimits.pendingMax) }
  package func disposition(of change: AlertChange, isInDigest: Bool) -> SinkDisposition { .merge }

  package func request(for shipment: Shipment, at time: EventTime) -> SinkRequest {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("text")
    writer.value(
      shipment.changes.count > 1
        ? digest(ChangeDigest(shipment.changes)) : message(shipment.changes[0]))
    writer.key("unfurl_links")
    writer.value(false)
    writer.key("unfurl_media")
    writer.value(false)
    writer.endObject()
    return SinkRequest(writer.bytes)
  }

  private func message(_ change: AlertChange) -> String {
    let alert = change.alert
    var lines = [
      "*\(Self.heading(change))* \(ChatText.code(AlertWords.who(alert))) "
        + ChatText.code(AlertWords.rule(alert))
    ]
    let summary = PlainText.sentence(alert.summary)
    if !summary.isEmpty { lines.append(ChatText.escaped(summary)) }
    var facts = [AlertWords.measured(alert), alert.cause.map { PlainText.name($0.verdict) }]
    facts += [alert.tier, alert.stage].map { $0.isEmpty ? nil : PlainText.name($0) }
    if alert.revenue > 0 { facts.append("revenue \(AlertWords.figure(alert.revenue))") }
    facts.append("since \(alert.startsAt.description.prefix(10))")
    lines.append(facts.compactMap { $0 }.map(ChatText.escaped).joined(separator: " · "))
    if change.kind == .acknowledged, let control = alert.control {
      lines.append(ChatText.escaped(PlainText.sentence("\(control.author): \(control.reason)")))
    }
    if let url = link?.url(alert) {
      lines.append("<\(url.replacing("&", with: "&amp;"))|Look at the account>")
    }
    return lines.joined(separator: "\n")
  }

  private static func heading(_ change: AlertChange) -> String {
    let severity = change.alert.severity.rawValue.uppercased()
    return switch change.kind {
    case .opened: severity
    case .escalated: "Now \(severity)"
    case .acknowledged: "Acknowledged"
    case .updated: "Still \(severity)"
    case .resolved: "Over"
    }
  }

  private func digest(_ digest: ChangeDigest) -> String {
    let head = "*\(digest.headline)*\n" + ChatText.escaped(digest.rulesLine)
    let room = NotifyLimits.messageBytesMax - head.utf8.count - Self.tailBytes
    let (lines, rest) = digest.lines(bytes: max(0, room)) { "• \(ChatText.escaped($0))" }
    var all = [head] + lines
    if rest > 0 { all.append("and \(rest) more: \(ChatText.code(ChangeDigest.seeAll))") }
    return all.joined(separator: "\n")
  }

  /// Room for the last line.
  private static let tailBytes = 100
}
