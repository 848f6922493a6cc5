internal import ThermoclineCore

/// How one JSON object of a format becomes an event: the native form, or by a plan of fields.
struct EventForm {
  /// nil for the native form.
  let plan: FormatPlan?
  let latestAccepted: EventTime

  /// Reads the object at `start` of a text known to be UTF-8, and gives the position after it; nil
  /// when the fast scanner does not know its shape.
  func scan(
    _ text: MessageText, at start: Int, batch: EventBatch
  ) -> (end: Int, reading: ExactEventReader.Reading)? {
    guard let plan else {
      var record = EventRecord()
      let end = FastEventScanner.scan(
        text, at: start, latestAccepted: latestAccepted, into: &record)
      return end.map { ($0, .event(record)) }
    }
    return FoundValues.onStack { found in
      var hasNonASCII = false
      let end = FastFieldScanner.scan(
        text, at: start, tree: plan.fields.tree, into: &found, hasNonASCII: &hasNonASCII)
      return end.map { ($0, reading(found, plan, batch, nil)) }
    }
  }

  /// Reads the object at the scanner's cursor exactly and moves the cursor past it.
  func read(
    _ scanner: inout JSONScanner, in text: Span<UInt8>, batch: EventBatch
  ) throws(JSONFault) -> ExactEventReader.Reading {
    guard let plan else {
      return try ExactEventReader.read(
        &scanner, in: text, latestAccepted: latestAccepted, batch: batch)
    }
    return try FoundValues.onStack { found -> Result<ExactEventReader.Reading, JSONFault> in
      do throws(JSONFault) {
        let reader = try ExactFieldReader.read(
          &scanner, in: text, tree: plan.tree, batch: batch, into: &found)
        return .success(reader.hasRoom ? reading(found, plan, batch, reader.fault) : .noRoom)
      } catch {
        return .failure(error)
      }
    }.get()
  }

  private func reading(
    _ found: borrowing FoundValues, _ plan: FormatPlan, _ batch: EventBatch, _ fault: EventFault?
  ) -> ExactEventReader.Reading {
    if let fault { return .refused(fault) }
    var record = EventRecord()
    switch Self.outcome(
      found, plan.fields, latestAccepted: latestAccepted, batch: batch, into: &record)
    {
    case .event: return .event(record)
    case .refused(let fault): return .refused(fault.inWords(plan, latestAccepted: latestAccepted))
    case .noRoom: return .noRoom
    case .several(let array): return .several(array: array)
    }
  }

  /// What the values found in an object come to.
  @inline(__always) static func outcome(
    _ found: borrowing FoundValues, _ fields: PlainView<FormatFields>, latestAccepted: EventTime,
    batch: EventBatch, into record: inout EventRecord
  ) -> EventBuilder.Outcome {
    let wrapper = found[fields.wrapper]
    if wrapper.kind == .array, found.firstSlot(of: fields.type) == SlotList.none,
      !found[fields.special.event].isGiven
    {
      return .several(array: Int(wrapper.range.offset))
    }
    return EventBuilder.build(
      found, fields, latestAccepted: latestAccepted, batch: batch, into: &record)
  }
}

extension ExactEventReader.Reading {
  var isSeveral: Bool {
    if case .several = self { return true }
    return false
  }
}
