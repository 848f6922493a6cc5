internal import ThermoclineCore

/// Reads a CloudEvent in binary mode: the attributes are headers, the message is the data.
struct BinaryCloudEventReader {
  let plan: FormatPlan
  let latestAccepted: EventTime
  let frame: MessageFrame
  /// The data, inflated.
  let content: ByteRange
  let batch: EventBatch

  /// Bytes of an attribute that are looked at; no attribute that is used may be as long.
  private static let attributeBytesMax = 1_024

  func read(_ headers: MessageHeaders) -> DecodeOutcome {
    FoundValues.onStack { found in read(headers, &found) }
  }

  private func read(_ headers: MessageHeaders, _ found: inout FoundValues) -> DecodeOutcome {
    let special = plan.special
    let attributes: [5 of (StaticString, UInt8)] = [
      ("ce_id", special.id), ("ce_source", special.source), ("ce_type", special.type),
      ("ce_subject", special.subject), ("ce_time", special.time),
    ]
    var fault: EventFault?
    var hasRoom = take("ce_specversion", special.specversion, headers, &found, &fault)
    for i in attributes.indices where hasRoom {
      hasRoom = take(attributes[i].0, attributes[i].1, headers, &found, &fault)
    }
    guard hasRoom else { return full() }
    if fault == nil {
      switch readData(headers, &found) {
      case .done: break
      case .refused(let why): fault = why
      case .noRoom: return full()
      }
    }
    let reading = EventBuilder.build(
      found, plan: plan, latestAccepted: latestAccepted, batch: batch, fault: fault)
    switch reading {
    case .event(let record):
      // Half of it: who sends it again must send them, too.
      batch.needHeaders()
      frame.take(record, message: frame.message, into: batch)
      return .done
    case .refused(let fault): return frame.refuse(fault, into: batch)
    case .noRoom: return full()
    case .several: preconditionFailure("a binary CloudEvent is one event")
    }
  }

  /// The batch has no room; one that was empty has all the room there will ever be.
  private func full() -> DecodeOutcome {
    guard batch.messagesCount == 0, batch.eventsCount == 0, batch.refusals.isEmpty else {
      return .batchFull(.start)
    }
    return frame.refuse(
      EventFault(.messageTooLarge, "The event's texts, written out, do not fit into a batch."),
      into: batch)
  }

  /// Copies an attribute into the batch; false when it has no room.
  private func take(
    _ name: StaticString, _ slot: UInt8, _ headers: MessageHeaders, _ found: inout FoundValues,
    _ fault: inout EventFault?
  ) -> Bool {
    guard let value = unsafe headers.value(name), fault == nil else { return true }
    guard value.count <= Self.attributeBytesMax else {
      fault = EventFault(
        .nameTooLong, "The header \"\(name)\" is longer than \(Limits.nameBytesMax) bytes.")
      return true
    }
    // SAFETY: the header's bytes live as long as this decoding.
    let bytes = unsafe value.assumingMemoryBound(to: UInt8.self).span
    if (try? UTF8Span(validating: bytes)) == nil {
      fault = EventFault(.invalidUTF8, "The header \"\(name)\" is not UTF-8.")
      return true
    }
    guard let range = unsafe batch.append(bytes: value) else { return false }
    found[slot] = FoundValue(kind: .text, range: range)
    return true
  }

  private enum Data {
    case done
    case refused(EventFault)
    case noRoom
  }

  /// Reads the data when it is JSON, which it is unless `content-type` says something else.
  private func readData(_ headers: MessageHeaders, _ found: inout FoundValues) -> Data {
    if content.length == 0 || !isJSON(headers) { return .done }
    if content.length > Limits.messageBytesMax {
      return .refused(
        EventFault(
          .messageTooLarge,
          "The message has \(content.length) bytes, more than \(Limits.messageBytesMax)."))
    }
    let start = Int(content.offset)
    return MessageText(content, in: batch).withSpan { text in
      do throws(UTF8.ValidationError) {
        _ = try UTF8Span(validating: text.extracting(start..<text.count))
      } catch {
        return .refused(
          EventFault(
            .invalidUTF8, "At byte \(error.byteOffsets.lowerBound), the message is not UTF-8."))
      }
      do throws(JSONFault) {
        return try readJSON(text, from: start, &found)
      } catch {
        let reason: RefusalReason = error.kind == .nestingTooDeep ? .nestingTooDeep : .notJSON
        return .refused(
          EventFault(reason, "At byte \(error.offset - start), \(error.detail)."))
      }
    }
  }

  private func readJSON(
    _ text: Span<UInt8>, from start: Int, _ found: inout FoundValues
  ) throws(JSONFault) -> Data {
    var scanner = JSONScanner(at: start)
    scanner.skipWhitespace(in: text)
    var result = Data.done
    if try scanner.kind(in: text) == .object {
      let reader = try ExactFieldReader.read(
        &scanner, in: text, tree: plan.tree, node: plan.dataNode, batch: batch, into: &found)
      if let fault = reader.fault { result = .refused(fault) }
      if !reader.hasRoom { result = .noRoom }
    } else {
      try scanner.skipValue(in: text)
    }
    scanner.skipWhitespace(in: text)
    if scanner.position < text.count {
      throw scanner.fault("something else follows the end of the data")
    }
    return result
  }

  /// `application/json`, `application/anything+json`, or nothing said.
  private func isJSON(_ headers: MessageHeaders) -> Bool {
    guard let type = unsafe headers.value("content-type"), type.count >= 4 else { return true }
    // SAFETY: four bytes from each place lie within the header's value.
    for at in 0...type.count - 4 {
      let word = unsafe UInt32(
        littleEndian: type.loadUnaligned(fromByteOffset: at, as: UInt32.self))
      if UInt64(word | 0x2020_2020) == ByteWord.of("j", "s", "o", "n") { return true }
    }
    return false
  }
}
