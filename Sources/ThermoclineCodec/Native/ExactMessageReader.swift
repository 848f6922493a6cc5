internal import ThermoclineCore

/// Reads one message of whatever shape, exactly.
struct ExactMessageReader {
  let decoder: NativeDecoder
  let text: MessageText
  let message: ByteRange
  let key: ByteRange
  let position: Int64
  let batch: EventBatch

  /// Decodes the message, or the rest of it from `progress` on.
  func read(from progress: DecodeProgress) -> DecodeOutcome {
    guard decoder.hasRoom(batch) else { return .batchFull(progress) }
    return text.withSpan { text in
      if !progress.isStart { return readEvents(in: text, from: progress) }
      if message.length > Limits.messageBytesMax {
        let size = "The message has \(message.length) bytes"
        return refuse(
          EventFault(.messageTooLarge, "\(size), more than \(Limits.messageBytesMax)."))
      }
      do throws(UTF8.ValidationError) {
        _ = try UTF8Span(validating: text.extracting(bounds))
      } catch {
        let offset = error.byteOffsets.lowerBound
        return refuse(EventFault(.invalidUTF8, "At byte \(offset), the message is not UTF-8."))
      }
      do throws(JSONFault) {
        return try readWhole(in: text)
      } catch {
        return refuse(fault(error))
      }
    }
  }

  private var bounds: Range<Int> {
    Int(message.offset)..<Int(message.offset) + Int(message.length)
  }

  /// The first byte after a byte order mark, if there is one.
  private func content(of text: Span<UInt8>) -> Int {
    let start = bounds.lowerBound
    guard bounds.count >= 3, text[start] == 0xEF, text[start + 1] == 0xBB, text[start + 2] == 0xBF
    else { return start }
    return start + 3
  }

  private func readWhole(in text: Span<UInt8>) throws(JSONFault) -> DecodeOutcome {
    var scanner = JSONScanner(at: content(of: text))
    scanner.skipWhitespace(in: text)
    let first = scanner.position
    if first == text.count {
      return refuse(EventFault(.emptyMessage, "The message has no content."))
    }
    guard try scanner.kind(in: text) == .object else {
      return try readOther(in: text, from: scanner)
    }
    let reading = try ExactEventReader.read(
      &scanner, in: text, latestAccepted: decoder.latestAccepted, batch: batch)
    if try isLast(&scanner, in: text) { return settle(reading, message: message) ?? full(.start) }
    try checkLines(&scanner, in: text)
    return readEvents(in: text, from: progress(first, 0))
  }

  /// A message that does not begin with an object: an array of events, or no events at all.
  private func readOther(
    in text: Span<UInt8>, from start: JSONScanner
  ) throws(JSONFault) -> DecodeOutcome {
    var scanner = start
    let isArray = try scanner.kind(in: text) == .array
    try scanner.skipValue(in: text)
    if try isLast(&scanner, in: text) {
      if isArray { return readEvents(in: text, from: progress(start.position + 1, 0)) }
      return refuse(EventFault(.notAnObject, "The message is neither an object nor an array."))
    }
    try checkLines(&scanner, in: text)
    return readEvents(in: text, from: progress(start.position, 0))
  }

  /// Whether nothing but whitespace follows; otherwise a line end must, and the next value begins
  /// after it.
  private func isLast(
    _ scanner: inout JSONScanner, in text: Span<UInt8>
  ) throws(JSONFault) -> Bool {
    let end = scanner.position
    scanner.skipWhitespace(in: text)
    if scanner.position == text.count { return true }
    for at in end..<scanner.position where text[at] == Ascii.lineFeed { return false }
    throw scanner.fault("something else follows the end of the event")
  }

  /// Checks that the rest of the message is values on lines of their own.
  private func checkLines(
    _ scanner: inout JSONScanner, in text: Span<UInt8>
  ) throws(JSONFault) {
    repeat { try scanner.skipValue(in: text) } while try !isLast(&scanner, in: text)
  }

  /// Decodes the events of a message whose grammar has been checked, one after the other.
  private func readEvents(
    in text: Span<UInt8>, from start: DecodeProgress
  ) -> DecodeOutcome {
    var done = start
    while true {
      var scanner = JSONScanner(at: bounds.lowerBound + done.offset)
      skipSeparators(&scanner, in: text)
      if scanner.position == text.count || text[scanner.position] == Ascii.closeBracket {
        return .done
      }
      guard decoder.hasRoom(batch), readEvent(&scanner, in: text, number: done.eventsCount + 1)
      else { return .batchFull(done) }
      done = progress(scanner.position, done.eventsCount + 1)
    }
  }

  /// Takes or refuses the event at the cursor and moves past it; false when the batch has no room
  /// for it.
  private func readEvent(
    _ scanner: inout JSONScanner, in text: Span<UInt8>, number: Int
  ) -> Bool {
    let start = scanner.position
    var record = EventRecord()
    let end = FastEventScanner.scan(
      self.text, at: start, latestAccepted: decoder.latestAccepted, into: &record)
    if let end {
      scanner.position = end
      take(record, message: ByteRange(offset: start, length: end - start))
      return true
    }
    let reading: ExactEventReader.Reading
    do throws(JSONFault) {
      if try scanner.kind(in: text) == .object {
        reading = try ExactEventReader.read(
          &scanner, in: text, latestAccepted: decoder.latestAccepted, batch: batch)
      } else {
        try scanner.skipValue(in: text)
        reading = .refused(EventFault(.notAnObject, "It is not an object."))
      }
    } catch {
      preconditionFailure("a message passed the check and failed the reading: \(error.detail)")
    }
    let own = ByteRange(offset: start, length: scanner.position - start)
    return settle(reading, message: own, number: number) != nil
  }

  private func skipSeparators(_ scanner: inout JSONScanner, in text: Span<UInt8>) {
    scanner.skipWhitespace(in: text)
    if scanner.peek(in: text) == Ascii.comma {
      scanner.position += 1
      scanner.skipWhitespace(in: text)
    }
  }

  /// Puts what was read into the batch; nil when it does not fit. `number` counts the events of a
  /// message of several, from 1.
  private func settle(
    _ reading: ExactEventReader.Reading, message: ByteRange, number: Int? = nil
  ) -> DecodeOutcome? {
    switch reading {
    case .noRoom: return nil
    case .event(let record): take(record, message: message)
    case .refused(var fault):
      if let number { fault.detail = "Event \(number) of the message: " + fault.detail }
      refuse(fault, message: message)
    }
    return .done
  }

  private func take(_ event: EventRecord, message: ByteRange) {
    var record = event
    record.position = position
    record.message = message
    record.key = key
    batch.append(record)
  }

  /// Refuses the whole message.
  private func refuse(_ fault: EventFault) -> DecodeOutcome {
    refuse(fault, message: message)
    return .done
  }

  private func refuse(_ fault: EventFault, message: ByteRange) {
    batch.refusals.append(
      Refusal(
        reason: fault.reason, detail: fault.detail, position: position, message: message, key: key))
  }

  private func fault(_ fault: JSONFault) -> EventFault {
    let reason: RefusalReason =
      switch fault.kind {
      case .notJSON: .notJSON
      case .nestingTooDeep: .nestingTooDeep
      }
    return EventFault(reason, "At byte \(fault.offset - bounds.lowerBound), \(fault.detail).")
  }

  private func full(_ progress: DecodeProgress) -> DecodeOutcome { .batchFull(progress) }

  private func progress(_ position: Int, _ eventsCount: Int) -> DecodeProgress {
    DecodeProgress(offset: position - bounds.lowerBound, eventsCount: eventsCount)
  }
}
