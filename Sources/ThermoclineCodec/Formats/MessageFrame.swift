internal import ThermoclineCore

/// What the records and refusals of one message have in common.
struct MessageFrame {
  /// The message as it came.
  let message: ByteRange
  let key: ByteRange
  let position: Int64

  /// What the fast way made of a message.
  enum FastOutcome: BitwiseCopyable {
    /// The event is in the batch.
    case taken
    /// It is no event.
    case refused(FieldFault)
    /// The message has another shape, or there is no room; nothing is done.
    case unknown
  }

  /// Decodes a message that is one JSON object of a shape the fast scanner knows. With
  /// `isGuess`, whose fields' first slots are the sniffer's keys, only one that `auto` takes for the
  /// same format.
  @inline(__always) func decodeFast(
    _ fields: PlainView<FormatFields>, isGuess: Bool, latestAccepted: EventTime,
    from progress: DecodeProgress, into batch: EventBatch
  ) -> FastOutcome {
    guard progress.isStart, message.length <= Limits.messageBytesMax, !batch.isFull else {
      return .unknown
    }
    let text = MessageText(message, in: batch)
    return FoundValues.onStack { found in
      var hasNonASCII = false
      guard
        var end = FastFieldScanner.scan(
          text, at: Int(message.offset), tree: fields.tree, into: &found,
          hasNonASCII: &hasNonASCII),
        !isGuess || FormatSniffer.confirms(fields.format, found.present)
      else { return .unknown }
      while end < text.end, Ascii.isWhitespace(text.byte(at: end)) { end &+= 1 }
      guard end == text.end, !hasNonASCII || isUTF8(text) else { return .unknown }
      var record = EventRecord()
      switch EventForm.outcome(
        found, fields, latestAccepted: latestAccepted, batch: batch, into: &record)
      {
      case .event:
        take(record, message: message, into: batch)
        return .taken
      case .refused(let fault): return .refused(fault)
      case .noRoom, .several: return .unknown
      }
    }
  }

  /// The same for the native form; false when nothing is done.
  @inline(__always) func decodeNative(
    latestAccepted: EventTime, from progress: DecodeProgress, into batch: EventBatch
  ) -> Bool {
    NativeDecoder(latestAccepted: latestAccepted).decodeFast(
      message: message, key: key, position: position, from: progress, into: batch)
  }

  /// The same by a plan; false when nothing is done.
  func decodeFast(
    _ plan: FormatPlan, isGuess: Bool = false, latestAccepted: EventTime,
    from progress: DecodeProgress, into batch: EventBatch
  ) -> Bool {
    switch decodeFast(
      plan.fields, isGuess: isGuess, latestAccepted: latestAccepted, from: progress, into: batch)
    {
    case .taken: return true
    case .unknown: return false
    case .refused(let fault):
      guard batch.refusals.count < batch.recordsCapacity else { return false }
      _ = refuse(fault.inWords(plan, latestAccepted: latestAccepted), into: batch)
      return true
    }
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
    batch.refuse(
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
