internal import ThermoclineCodec
package import ThermoclineCore

/// Prometheus Alertmanager, API v2: `POST /api/v2/alerts` with a list of alerts.
///
/// What stands is told again and again, each time with an `endsAt` some minutes ahead, so that alerts end there by
/// themselves when nobody tells of them any more; what is over gets its real end.
package struct AlertmanagerSink: AlertSink {
  /// How long Alertmanager takes an alert to stand after it was last told of it.
  package var holdsFor: TimeSpan
  /// Labels that every alert gets; they give way to those that an alert has anyway.
  package var labels: [String: String]
  package var link: AccountLink?

  package init(
    holdsFor: TimeSpan = .minutes(5), labels: [String: String] = [:], link: AccountLink? = nil
  ) {
    self.holdsFor = holdsFor
    self.labels = labels
    self.link = link
  }

  package func wants(_ kind: AlertChange.Kind) -> Bool { true }
  package var merging: SinkMerging { .always(most: NotifyLimits.batchMax) }
  package func disposition(of change: AlertChange, isInDigest: Bool) -> SinkDisposition { .merge }

  package func request(for shipment: Shipment, at time: EventTime) -> SinkRequest {
    var writer = JSONWriter()
    writer.beginArray()
    for change in shipment.changes {
      if change.kind != .opened, let before = change.before, before != AlertMark(change.alert) {
        // Under other labels it is another alert there: the one before ends.
        write(change.alert, before, isOver: true, at: time, into: &writer)
      }
      write(
        change.alert, AlertMark(change.alert), isOver: change.kind == .resolved, at: time,
        into: &writer)
    }
    writer.endArray()
    var request = SinkRequest(writer.bytes)
    request.path = "/api/v2/alerts"
    return request
  }

  private func write(
    _ alert: HealthAlert, _ mark: AlertMark, isOver: Bool, at now: EventTime,
    into writer: inout JSONWriter
  ) {
    let endsAt = isOver ? min(alert.endsAt ?? now, now) : now + holdsFor
    writer.beginObject()
    writer.key("labels")
    writer.beginObject()
    for (name, value) in all(labelsOf: alert, mark) {
      writer.key(name)
      writer.value(value)
    }
    writer.endObject()
    writer.key("annotations")
    writer.beginObject()
    writer.key("summary")
    writer.value(PlainText.sentence(alert.summary))
    for fact in AlertWords.facts(alert) where !["tier", "stage"].contains(fact.name) {
      writer.key(fact.name)
      writer.value(fact.text)
    }
    writer.endObject()
    writer.key("startsAt")
    writer.value(min(alert.startsAt, endsAt, now))
    writer.key("endsAt")
    writer.value(endsAt)
    if let url = link?.url(alert) {
      writer.key("generatorURL")
      writer.value(url)
    }
    writer.endObject()
  }

  /// Sorted by name; a label without a value is none.
  private func all(
    labelsOf alert: HealthAlert, _ mark: AlertMark
  ) -> [(name: String, value: String)] {
    let own = [
      "alertname": AlertWords.rule(alert), "account": PlainText.name(alert.account),
      "severity": mark.severity.rawValue, "tier": PlainText.name(mark.tier),
      "stage": PlainText.name(mark.stage),
      "fingerprint": AlertChange.key(alert.fingerprint), "source": "thermocline",
    ]
    return labels.merging(own) { $1 }.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
      .map { ($0.key, $0.value) }
  }
}
