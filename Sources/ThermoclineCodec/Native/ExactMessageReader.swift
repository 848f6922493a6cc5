internal import ThermoclineCore

/// Reads one message of whatever shape, exactly.
struct ExactMessageReader {
  let form: EventForm
  let text: MessageText
  /// Where the text stands: the message itself, or what it was inflated to.
  let content: ByteRange
  /// The message as it came.
  let message: ByteRange
  let key: ByteRange
  let position: Int64
  let batch: EventBatch

  /// Decodes the message, or the rest of it from `progress` on.
  func read(from progress: DecodeProgress) -> DecodeOutcome {
    guard hasRoom else { return .batchFull(progress) }
    return text.withSpan { text in
      if !progress.isStart { return readEvents(in: text, from: progress) }
      if content.length > Limits.messageBytesMax {
        let size = "The message has \(content.length) bytes"
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
    Int(content.offset)..<Int(content.offset) + Int(content.length)
  }

  /// Whether one more event, taken or refused, fits.
  private var hasRoom: Bool { !batch.isFull && batch.refusals.count < batch.recordsCapacity }

  /// The first byte after a byte order mark, if there is one.
  private func start(of text: Span<UInt8>) -> Int {
    let start = bounds.lowerBound
    guard bounds.count >= 3, text[start] == 0xEF, text[start + 1] == 0xBB, text[start + 2] == 0xBF
    else { return start }
    return start + 3
  }

  private func readWhole(in text: Span<UInt8>) throws(JSONFault) -> DecodeOutcome {
    var scanner = JSONScanner(at: start(of: text))
    scanner.skipWhitespace(in: text)
    let first = scanner.position
    if first == text.count {
      return refuse(EventFault(.emptyMessage, "The message has no content."))
    }
    guard try scanner.kind(in: text) == .object else {
      return try readOther(in: text, from: scanner)
    }
    let used = batch.bytesCount
    let reading = try form.read(&scanner, in: text, batch: batch)
    let isAlone = try isLast(&scanner, in: text)
    if !isAlone { try checkLines(&scanner, in: text) }
    if isAlone, !reading.isSeveral { return settle(reading, message: message) ?? full(.start) }
    // The events are read once more, one by one.
    batch.truncate(bytesTo: used)
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
      guard hasRoom else { return .batchFull(done) }
      let first = scanner.position
      let reading = readOne(&scanner, in: text)
      if case .several(let array) = reading {
        done.offset = first - bounds.lowerBound
        if !readInside(array, in: text, &done) { return .batchFull(done) }
        done = progress(scanner.position, done.eventsCount)
        continue
      }
      let own = ByteRange(offset: first, length: scanner.position - first)
      guard settle(reading, message: own, number: done.eventsCount + 1) != nil else {
        return .batchFull(done)
      }
      done = progress(scanner.position, done.eventsCount + 1)
    }
  }

  /// Decodes the events of a batch object, whose array stands at `array`; false when the events'
  /// batch has no room for the next one.
  private func readInside(
    _ array: Int, in text: Span<UInt8>, _ done: inout DecodeProgress
  ) -> Bool {
    var scanner = JSONScanner(at: array + 1)
    var count = 0
    while true {
      skipSeparators(&scanner, in: text)
      if text[scanner.position] == Ascii.closeBracket { return true }
      let first = scanner.position
      guard count >= done.insideCount else {
        skipKnown(&scanner, in: text)
        count += 1
        continue
      }
      guard hasRoom else { return false }
      var reading = readOne(&scanner, in: text)
      if reading.isSeveral {
        reading = .refused(EventFault(.missingType, "It is a batch within a batch."))
      }
      let own = ByteRange(offset: first, length: scanner.position - first)
      guard settle(reading, message: own, number: done.eventsCount + 1) != nil else { return false }
      count += 1
      done.insideCount = count
      done.eventsCount += 1
    }
  }

  /// Reads the value at the cursor, whose grammar has been checked, and moves past it.
  private func readOne(
    _ scanner: inout JSONScanner, in text: Span<UInt8>
  ) -> ExactEventReader.Reading {
    if let (end, reading) = form.scan(self.text, at: scanner.position, batch: batch) {
      scanner.position = end
      return reading
    }
    do throws(JSONFault) {
      guard try scanner.kind(in: text) == .object else {
        try scanner.skipValue(in: text)
        return .refused(EventFault(.notAnObject, "It is not an object."))
      }
      return try form.read(&scanner, in: text, batch: batch)
    } catch {
      preconditionFailure("a message passed the check and failed the reading: \(error.detail)")
    }
  }

  private func skipKnown(_ scanner: inout JSONScanner, in text: Span<UInt8>) {
    do throws(JSONFault) { try scanner.skipValue(in: text) } catch {
      preconditionFailure("a message passed the check and failed the reading: \(error.detail)")
    }
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
    case .noRoom:
      // An empty batch has all the room there will ever be.
      guard batch.messagesCount == 0, batch.eventsCount == 0, batch.refusals.isEmpty else {
        return nil
      }
      refuse(
        EventFault(.messageTooLarge, "The event's texts, written out, do not fit into a batch."),
        message: message)
    case .several: preconditionFailure("a batch object is taken apart before")
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
    batch.refuse(
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
