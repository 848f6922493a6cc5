internal import ThermoclineCore

/// What the records and refusals of one message have in common.
struct MessageFrame {
  /// The message as it came.
  let message: ByteRange
  let key: ByteRange
  let position: Int64

  /// Decodes a message that is one JSON object of a shape the fast scanner knows; false when it is
  /// not, with nothing done.
  @inline(__always) func decodeFast(
    _ form: EventForm, from progress: DecodeProgress, into batch: EventBatch
  ) -> Bool {
    guard progress.isStart, message.length <= Limits.messageBytesMax, !batch.isFull,
      batch.refusals.count < batch.recordsCapacity
    else { return false }
    let text = MessageText(message, in: batch)
    var hasNonASCII = false
    guard
      case (var end, let reading)? = form.scan(
        text, at: Int(message.offset), batch: batch, hasNonASCII: &hasNonASCII)
    else { return false }
    while end < text.end, Ascii.isWhitespace(text.byte(at: end)) { end &+= 1 }
    guard end == text.end, !hasNonASCII || isUTF8(text) else { return false }
    switch reading {
    case .event(let record): take(record, message: message, into: batch)
    case .refused(let fault): _ = refuse(fault, into: batch)
    case .noRoom, .several: return false
    }
    return true
  }

  /// Adds an event; there is room for it.
  @inline(__always) func take(
    _ event: EventRecord, message: ByteRange, into batch: EventBatch
  ) {
    var record = event
    record.position = position
    record.message = message
    record.key = key
    batch.append(record)
  }

  /// Refuses the message, or one event of it.
  func refuse(
    _ fault: EventFault, message own: ByteRange? = nil, into batch: EventBatch
  ) -> DecodeOutcome {
    batch.refusals.append(
      Refusal(
        reason: fault.reason, detail: fault.detail, position: position, message: own ?? message,
        key: key))
    return .done
  }

  private func isUTF8(_ text: MessageText) -> Bool {
    let start = Int(message.offset)
    return text.withSpan { (try? UTF8Span(validating: $0.extracting(start..<$0.count))) != nil }
  }
}
