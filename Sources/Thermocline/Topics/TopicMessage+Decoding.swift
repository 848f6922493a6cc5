package import ThermoclineCodec
package import ThermoclineCore
internal import ThermoclineKafka

extension TopicMessage {
  /// Reads the message as the job would: `body` sees a batch with its events and refusals, more than once when they do
  /// not fit into one, and as which format it was read. The message must have a value.
  package func decode(
    _ decoder: FormatDecoder, into batch: EventBatch, _ body: (EventBatch, InputFormat) -> Void
  ) {
    let headers = HeldHeaders(self.headers)
    var progress = DecodeProgress.start
    var format: InputFormat?
    while true {
      batch.clear()
      batch.partition = partition
      let keyRange = Self.append(key ?? [], to: batch) ?? .absent
      guard let range = Self.append(value ?? [], to: batch) else {
        batch.refuse(tooLarge)
        return body(batch, decoder.format)
      }
      let outcome = headers.lend { headers in
        format = format ?? decoder.format(of: range, headers: headers, in: batch)
        return decoder.decode(
          message: range, key: keyRange, headers: headers, position: offset, from: progress,
          into: batch)
      }
      body(batch, format ?? decoder.format)
      guard case .batchFull(let reached) = outcome else { return }
      progress = reached
    }
  }

  private var tooLarge: Refusal {
    Refusal(
      reason: .messageTooLarge,
      detail:
        "the message has \(value?.count ?? 0) bytes, more than the \(Limits.messageBytesMax) allowed",
      position: offset, message: .absent, key: .absent)
  }

  /// nil when it does not fit, with room left for what decoding writes.
  private static func append(_ bytes: [UInt8], to batch: EventBatch) -> ByteRange? {
    guard bytes.count <= Limits.messageBytesMax + Limits.nameBytesMax else { return nil }
    // SAFETY: the bytes are copied inside the call.
    return unsafe bytes.withUnsafeBytes { unsafe batch.append(bytes: $0) }
  }
}
