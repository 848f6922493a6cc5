internal import ThermoclineCodec
package import ThermoclineCore

/// A program of one's own: every change as it stands in the topic, signed, with a name that stays the same when it comes
/// again.
package struct WebhookSink: AlertSink {
  /// Signs; nil = nothing is signed.
  private let key: NotifySecret?

  package init(key: NotifySecret?) { self.key = key }

  package func wants(_ kind: AlertChange.Kind) -> Bool { true }
  package var merging: SinkMerging { .inStorms(most: NotifyLimits.batchMax) }
  package func disposition(of change: AlertChange, isInDigest: Bool) -> SinkDisposition { .merge }

  package func request(for shipment: Shipment, at time: EventTime) -> SinkRequest {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("version")
    writer.value(Int64(1))
    writer.key("id")
    writer.value(shipment.id)
    writer.key("changes")
    writer.beginArray()
    for change in shipment.changes {
      writer.beginObject()
      writer.key("id")
      writer.value(change.id)
      writer.key("change")
      writer.value(change.kind.rawValue)
      writer.key("alert")
      HealthAlertEncoder.encode(change.alert, into: &writer)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    var request = SinkRequest(writer.bytes)
    request.headers.append(("idempotency-key", shipment.id))
    if let key {
      request.headers.append(
        (
          WebhookSignature.header,
          WebhookSignature.value(body: request.body, key: Array(key.text.utf8), at: time)
        ))
    }
    return request
  }
}
