package import ThermoclineCore

extension FormatDecoder {
  /// As what a message that lies in the batch's bytes is read: the decoder's own format, or what `auto` tells. May use
  /// the batch's free bytes; for showing, not for every event.
  package func format(
    of message: ByteRange, headers: MessageHeaders = .none, in batch: EventBatch
  ) -> InputFormat {
    guard format == .auto else { return format }
    var content = message
    if case .inflated(let range) = GzipPayload.inflate(message, in: batch) { content = range }
    return FormatSniffer.format(of: content, headers, in: batch)
  }
}
