internal import ThermoclineCore

/// Reads a message of lines, each of them an event in columns.
struct RowMessageReader {
  let plan: RowPlan
  let latestAccepted: EventTime
  let frame: MessageFrame
  let content: ByteRange
  let batch: EventBatch

  /// Decodes the message, or the rest of it from `progress` on.
  func read(from progress: DecodeProgress) -> DecodeOutcome {
    guard hasRoom else { return .batchFull(progress) }
    return MessageText(content, in: batch).withSpan { text in
      progress.isStart ? readWhole(text) : readLines(text, from: progress, isAlone: false)
    }
  }

  private var hasRoom: Bool { !batch.isFull && batch.refusals.count < batch.recordsCapacity }

  private func readWhole(_ text: Span<UInt8>) -> DecodeOutcome {
    if content.length > Limits.messageBytesMax {
      return frame.refuse(
        EventFault(
          .messageTooLarge,
          "The message has \(content.length) bytes, more than \(Limits.messageBytesMax)."),
        into: batch)
    }
    let start = Int(content.offset)
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: text.extracting(start..<text.count))
    } catch {
      let place = error.byteOffsets.lowerBound
      return frame.refuse(
        EventFault(.invalidUTF8, "At byte \(place), the message is not UTF-8."), into: batch)
    }
    var first = start
    if text.count - start >= 3, text[start] == 0xEF, text[start + 1] == 0xBB,
      text[start + 2] == 0xBF
    {
      first += 3
    }
    var scanned = first
    guard let line = nextLine(text, &scanned) else {
      return frame.refuse(EventFault(.emptyMessage, "The message has no content."), into: batch)
    }
    let isAlone = nextLine(text, &scanned) == nil
    return readLines(
      text, from: DecodeProgress(offset: line.lowerBound - start, eventsCount: 0),
      isAlone: isAlone)
  }

  private func readLines(
    _ text: Span<UInt8>, from start: DecodeProgress, isAlone: Bool
  ) -> DecodeOutcome {
    var done = start
    var position = Int(content.offset) + done.offset
    while let line = nextLine(text, &position) {
      guard hasRoom else { return .batchFull(done) }
      let own = ByteRange(offset: line.lowerBound, length: line.count)
      switch reading(text, line) {
      case .event(let record):
        frame.take(record, message: isAlone ? frame.message : own, into: batch)
      case .refused(var fault):
        if !isAlone {
          fault.detail = "Event \(done.eventsCount + 1) of the message: " + fault.detail
        }
        _ = frame.refuse(fault, message: isAlone ? frame.message : own, into: batch)
      case .noRoom:
        guard batch.messagesCount == 0, batch.eventsCount == 0, batch.refusals.isEmpty else {
          return .batchFull(done)
        }
        let detail = "The event's texts, written out, do not fit into a batch."
        _ = frame.refuse(EventFault(.messageTooLarge, detail), message: own, into: batch)
      case .several: preconditionFailure("a row is one event")
      }
      done = DecodeProgress(
        offset: position - Int(content.offset), eventsCount: done.eventsCount + 1)
    }
    return .done
  }

  /// The next line that is not empty, without its end; nil after the last one.
  private func nextLine(_ text: Span<UInt8>, _ position: inout Int) -> Range<Int>? {
    while position < text.count {
      let start = position
      while position < text.count, text[position] != Ascii.lineFeed { position += 1 }
      var end = position
      if position < text.count { position += 1 }
      if end > start, text[end - 1] == Ascii.carriageReturn { end -= 1 }
      if end > start { return start..<end }
    }
    return nil
  }

  private func reading(
    _ text: Span<UInt8>, _ line: Range<Int>
  ) -> ExactEventReader.Reading {
    FoundValues.onStack { found in
      var fault: EventFault?
      switch plan.separation {
      case .tabs: fault = readTabs(text, line, &found)
      case .commas:
        switch readCommas(text, line, &found) {
        case .done: break
        case .fault(let why): fault = why
        case .noRoom: return .noRoom
        }
      }
      return EventBuilder.build(
        found, plan: plan.plan, latestAccepted: latestAccepted, batch: batch, fault: fault)
    }
  }

  private func readTabs(
    _ text: Span<UInt8>, _ line: Range<Int>, _ found: inout FoundValues
  ) -> EventFault? {
    var column = 0
    var start = line.lowerBound
    var contexts: Range<Int>?
    for at in line.lowerBound...line.upperBound {
      guard at == line.upperBound || text[at] == UInt8(ascii: "\t") else { continue }
      if column == plan.contexts {
        contexts = start..<at
      } else {
        note(column, start..<at, &found)
      }
      column += 1
      start = at + 1
    }
    if column != plan.slots.count { return countFault(column) }
    guard let contexts, !contexts.isEmpty else { return nil }
    let slot = plan.slots[plan.contexts]
    switch EntityReader.account(in: text, contexts, entity: plan.entity) {
    case .success(let value):
      found[slot] = value
      return nil
    case .failure(let error):
      return EventFault(
        error.kind == .nestingTooDeep ? .nestingTooDeep : .notJSON,
        "In the column contexts, at byte \(error.offset - contexts.lowerBound), \(error.detail).")
    }
  }

  private enum Outcome {
    case done
    case fault(EventFault)
    case noRoom
  }

  /// RFC 4180, but for line ends within quotation marks, which would cut the line before.
  private func readCommas(
    _ text: Span<UInt8>, _ line: Range<Int>, _ found: inout FoundValues
  ) -> Outcome {
    var column = 0
    var at = line.lowerBound
    while true {
      var value = at..<at
      if at < line.upperBound, text[at] == Ascii.quote {
        var hasPairs = false
        guard let end = closingQuote(text, at + 1..<line.upperBound, &hasPairs) else {
          return .fault(
            EventFault(
              .malformedRow, "In column \(column + 1), the quotation marks do not match."))
        }
        value = at + 1..<end
        at = end + 1
        if hasPairs {
          guard let written = unpaired(text, value) else { return .noRoom }
          value = written
        }
      } else {
        while at < line.upperBound, text[at] != Ascii.comma { at += 1 }
        value = value.lowerBound..<at
      }
      note(column, value, &found)
      column += 1
      if at == line.upperBound { break }
      guard text[at] == Ascii.comma else {
        return .fault(
          EventFault(.malformedRow, "In column \(column), text follows the closing quotation mark.")
        )
      }
      at += 1
    }
    return column == plan.slots.count ? .done : .fault(countFault(column))
  }

  private func closingQuote(
    _ text: Span<UInt8>, _ range: Range<Int>, _ hasPairs: inout Bool
  ) -> Int? {
    var at = range.lowerBound
    while at < range.upperBound {
      if text[at] == Ascii.quote {
        guard at + 1 < range.upperBound, text[at + 1] == Ascii.quote else { return at }
        hasPairs = true
        at += 1
      }
      at += 1
    }
    return nil
  }

  /// The text with each pair of quotation marks made one, written out into the batch.
  private func unpaired(_ text: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
    let free = unsafe batch.freeBytes
    guard free.count >= range.count else { return nil }
    var (at, count) = (range.lowerBound, 0)
    while at < range.upperBound {
      // SAFETY: no more bytes are written than the range has.
      unsafe free[count] = text[at]
      count += 1
      at += text[at] == Ascii.quote ? 2 : 1
    }
    let written = batch.use(bytes: count)
    return Int(written.offset)..<Int(written.offset) + count
  }

  private func note(_ column: Int, _ range: Range<Int>, _ found: inout FoundValues) {
    guard column < plan.slots.count, plan.slots[column] != SlotList.none else { return }
    found[plan.slots[column]] = FoundValue(
      kind: .text, range: ByteRange(offset: range.lowerBound, length: range.count))
  }

  private func countFault(_ count: Int) -> EventFault {
    EventFault(.malformedRow, "The row has \(count) columns instead of \(plan.slots.count).")
  }
}
