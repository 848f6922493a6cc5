internal import ThermoclineCodec
package import ThermoclineCore

/// PagerDuty, Events API v2: an event for each alert that begins, is acknowledged or ends, with the alert's fingerprint as
/// `dedup_key`. In a storm one event stands for many; that incident a person closes.
package struct PagerDutySink: AlertSink {
  /// The integration key, part of every event.
  private let routingKey: NotifySecret
  package var link: AccountLink?

  package init(routingKey: NotifySecret, link: AccountLink? = nil) {
    self.routingKey = routingKey
    self.link = link
  }

  package func wants(_ kind: AlertChange.Kind) -> Bool { kind != .updated }
  package var merging: SinkMerging { .inStorms(most: NotifyLimits.pendingMax) }

  package func disposition(of change: AlertChange, isInDigest: Bool) -> SinkDisposition {
    switch change.kind {
    case .opened: .merge
    // One that has an incident of its own stays there.
    case .escalated: isInDigest ? .merge : .alone
    // There is no incident of its own to acknowledge or to end.
    case .acknowledged, .updated, .resolved: isInDigest ? .leaveOut : .alone
    }
  }

  package func request(for shipment: Shipment, at time: EventTime) -> SinkRequest {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("routing_key")
    writer.value(routingKey.text)
    if shipment.changes.count > 1 {
      write(digest: shipment, into: &writer)
    } else {
      write(shipment.changes[0], into: &writer)
    }
    writer.endObject()
    return SinkRequest(writer.bytes)
  }

  private func write(_ change: AlertChange, into writer: inout JSONWriter) {
    let alert = change.alert
    writer.key("event_action")
    writer.value(Self.action(change.kind))
    writer.key("dedup_key")
    writer.value("thermocline-\(change.key)")
    writer.key("client")
    writer.value("Thermocline")
    let url = link?.url(alert)
    if let url {
      writer.key("client_url")
      writer.value(url)
    }
    writer.key("payload")
    writer.beginObject()
    writer.key("summary")
    writer.value(PlainText(AlertWords.headline(alert), bytes: Self.summaryBytesMax).text)
    writer.key("source")
    writer.value(AlertWords.who(alert))
    writer.key("severity")
    writer.value(alert.severity.rawValue)
    writer.key("timestamp")
    writer.value(alert.startsAt)
    writer.key("component")
    writer.value(AlertWords.rule(alert))
    if !alert.tier.isEmpty {
      writer.key("group")
      writer.value(PlainText.name(alert.tier))
    }
    writer.key("class")
    writer.value(Self.ruleKind(alert))
    writer.key("custom_details")
    writer.beginObject()
    for fact in AlertWords.facts(alert) {
      writer.key(fact.name)
      writer.value(fact.text)
    }
    writer.endObject()
    writer.endObject()
    if let url {
      writer.key("links")
      writer.beginArray()
      writer.beginObject()
      writer.key("href")
      writer.value(url)
      writer.key("text")
      writer.value("The account")
      writer.endObject()
      writer.endArray()
    }
  }

  private func write(digest shipment: Shipment, into writer: inout JSONWriter) {
    let digest = ChangeDigest(shipment.changes)
    writer.key("event_action")
    writer.value("trigger")
    writer.key("dedup_key")
    writer.value("thermocline-digest-\(shipment.id)")
    writer.key("client")
    writer.value("Thermocline")
    writer.key("payload")
    writer.beginObject()
    writer.key("summary")
    writer.value(digest.headline)
    writer.key("source")
    writer.value("Thermocline")
    writer.key("severity")
    writer.value(digest.severity.rawValue)
    writer.key("class")
    writer.value("digest")
    writer.key("custom_details")
    writer.beginObject()
    writer.key("rules")
    writer.value(digest.rulesLine)
    let (lines, rest) = digest.lines(bytes: NotifyLimits.listBytesMax) { $0 }
    writer.key("alerts")
    writer.beginArray()
    for line in lines { writer.value(line) }
    writer.endArray()
    writer.key("not_listed")
    writer.value(Int64(rest))
    writer.key("see_all")
    writer.value(ChangeDigest.seeAll)
    writer.endObject()
    writer.endObject()
  }

  /// PagerDuty's own maximum is 1,024 characters.
  private static let summaryBytesMax = 1_000

  private static func action(_ kind: AlertChange.Kind) -> String {
    switch kind {
    case .opened, .escalated, .updated: "trigger"
    case .acknowledged: "acknowledge"
    case .resolved: "resolve"
    }
  }

  /// `drop` of `drop:events_7d`.
  private static func ruleKind(_ alert: HealthAlert) -> String {
    PlainText.name(String(alert.rule.prefix { $0 != ":" }))
  }
}
