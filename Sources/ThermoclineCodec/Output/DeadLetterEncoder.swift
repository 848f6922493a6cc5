package import ThermoclineCore

/// Writes refused input as lines of newline-delimited JSON, for runs without a dead-letter topic.
package enum DeadLetterEncoder {
  /// Appends one line. `source` names the topic and partition or the file; `message` is what was
  /// refused, unchanged. Bytes that are not UTF-8 are repaired in `message` and kept whole in
  /// `messageBase64`.
  package static func encode(
    reason: RefusalReason, detail: String, source: String, position: Int64, message: Span<UInt8>,
    into writer: inout JSONWriter
  ) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(message.count)
    for at in 0..<message.count { bytes.append(message[at]) }
    writer.beginObject()
    writer.key("reason")
    writer.value(reason.rawValue)
    writer.key("detail")
    writer.value(detail)
    writer.key("source")
    writer.value(source)
    writer.key("position")
    writer.value(position)
    writer.key("message")
    writer.value(String(decoding: bytes, as: UTF8.self))
    if String(validating: bytes, as: UTF8.self) == nil {
      writer.key("messageBase64")
      writer.value(Base64.encode(bytes))
    }
    writer.endObject()
    writer.endLine()
  }

  /// The same for a refusal of a batch.
  package static func encode(
    _ refusal: Refusal, of batch: EventBatch, source: String, into writer: inout JSONWriter
  ) {
    // SAFETY: the refusal's range lies in the batch, which is held for the call.
    let text = unsafe batch.text(refusal.message)
    let bytes = unsafe text.assumingMemoryBound(to: UInt8.self)
    unsafe encode(
      reason: refusal.reason, detail: refusal.detail, source: source, position: refusal.position,
      message: bytes.span, into: &writer)
  }
}
