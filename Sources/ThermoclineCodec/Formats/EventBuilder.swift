internal import ThermoclineCore

/// Makes an event of the values that were found, or says why there is none. Both the fast and the
/// exact way end here, so they cannot differ in what values mean.
struct EventBuilder {
  private let plan: FormatPlan
  private let latestAccepted: EventTime
  private let batch: EventBatch
  private var record = EventRecord()
  private var fault: EventFault?
  private var hasRoom = true

  /// Builds the event; `fault` is what the reader found wrong already.
  @inline(__always) static func build(
    _ found: borrowing FoundValues, plan: FormatPlan, latestAccepted: EventTime,
    batch: EventBatch, fault: EventFault?
  ) -> ExactEventReader.Reading {
    var builder = EventBuilder(
      plan: plan, latestAccepted: latestAccepted, batch: batch, fault: fault)
    builder.fill(found)
    if let fault = builder.fault { return .refused(fault) }
    return builder.hasRoom ? .event(builder.record) : .noRoom
  }

  private init(
    plan: FormatPlan, latestAccepted: EventTime, batch: EventBatch, fault: EventFault?
  ) {
    self.plan = plan
    self.latestAccepted = latestAccepted
    self.batch = batch
    self.fault = fault
  }

  @inline(__always) private mutating func fill(_ found: borrowing FoundValues) {
    if plan.format == .cloudevents { checkCloudEvent(found) }
    record.type = name(plan.type, found)
    record.user = name(plan.user, found)
    record.id = name(plan.id, found)
    if plan.format == .cloudevents { joinSource(found) }
    record.account = name(plan.account, found)
    record.feature = name(plan.feature, found)
    takeTime(found)
    takeValue(found)
    switch plan.format {
    case .segment: finishSegment(found)
    case .posthog: finishPostHog(found)
    case .amplitude: finishAmplitude()
    case .auto, .thermocline, .cloudevents, .snowplow, .mapped, .csv: break
    }
    checkRequired()
  }

  private mutating func checkRequired() {
    if record.type.isAbsent {
      refuse(.missingType, "The field \(label(plan.type)) is missing.")
    }
    if record.account.isAbsent && record.user.isAbsent {
      refuse(
        .missingAccount,
        "There is neither an account (\(label(plan.account))) nor a user (\(label(plan.user))).")
    }
  }

  // MARK: formats

  /// The type of a `track` call is its event; of the others, the call. `group` says who belongs to
  /// whom, and so does `identify` with a group.
  private mutating func finishSegment(_ found: borrowing FoundValues) {
    let special = plan.special
    switch call(record.type) {
    case .track:
      record.type = name(special.event, found)
      if record.type.isAbsent { refuse(.missingType, "The field \"event\" is missing.") }
    case .group:
      if found[special.groupID].isGiven { record.account = name(special.groupID, found) }
      if !record.account.isAbsent && !record.user.isAbsent { record.kind = .membership }
    case .identify:
      if !record.account.isAbsent && !record.user.isAbsent { record.kind = .membership }
    case .alias:
      record.feature = name(special.previousID, found)
      if !record.feature.isAbsent && !record.user.isAbsent { record.kind = .alias }
    case .page, .screen:
      if found[special.name].isGiven { record.feature = name(special.name, found) }
    case .other: break
    }
  }

  private enum Call { case track, group, identify, alias, page, screen, other }

  @inline(__always) private func call(_ type: ByteRange) -> Call {
    guard type.length <= 8 else { return .other }
    switch word(type) {
    case ByteWord.of("t", "r", "a", "c", "k"): return .track
    case ByteWord.of("g", "r", "o", "u", "p"): return .group
    case ByteWord.of("i", "d", "e", "n", "t", "i", "f", "y"): return .identify
    case ByteWord.of("a", "l", "i", "a", "s"): return .alias
    case ByteWord.of("p", "a", "g", "e"): return .page
    case ByteWord.of("s", "c", "r", "e", "e", "n"): return .screen
    default: return .other
    }
  }

  /// Text of at most eight bytes as one integer.
  @inline(__always) private func word(_ range: ByteRange) -> UInt64 {
    // SAFETY: a batch's text is readable for 64 bytes past its end.
    let text = unsafe batch.text(range)
    guard let base = text.baseAddress, range.length > 0 else { return 0 }
    let word = unsafe UInt64(littleEndian: base.loadUnaligned(as: UInt64.self))
    return range.length == 8 ? word : word & ((1 << UInt64(8 * range.length)) - 1)
  }

  private mutating func finishPostHog(_ found: borrowing FoundValues) {
    let special = plan.special
    if record.account.isAbsent, found.firstSlot(of: special.groups) == SlotList.none {
      // Which group the numbers stand for is known to PostHog only; the first is the usual one.
      record.account = name(special.groupIndices, found)
    }
    guard record.type.length > 0, first(record.type) == UInt8(ascii: "$") else { return }
    if isText(record.type, "$groupidentify") {
      identifyGroup(found)
    } else if isText(record.type, "$identify") {
      merge(special.anonymousID, found)
    } else if isText(record.type, "$create_alias") || isText(record.type, "$merge_dangerously") {
      merge(special.aliases, found)
    }
  }

  private mutating func identifyGroup(_ found: borrowing FoundValues) {
    let type = name(plan.special.groupType, found)
    guard isText(type, plan.accountGroupType) else { return }
    record.account = name(plan.special.groupKey, found)
    if !record.account.isAbsent && !record.user.isAbsent { record.kind = .membership }
  }

  private mutating func merge(_ earlier: SlotList, _ found: borrowing FoundValues) {
    guard found.firstSlot(of: earlier) != SlotList.none, !record.user.isAbsent else { return }
    record.feature = name(earlier, found)
    record.kind = .alias
  }

  private mutating func finishAmplitude() {
    guard record.type.length > 0, first(record.type) == UInt8(ascii: "$") else { return }
    let isIdentification =
      isText(record.type, "$identify") || isText(record.type, "$groupidentify")
    if isIdentification, !record.account.isAbsent, !record.user.isAbsent {
      record.kind = .membership
    }
  }

  private mutating func checkCloudEvent(_ found: borrowing FoundValues) {
    let version = found[plan.special.specversion]
    guard version.kind == .text, isText(version.range, "1.0") else {
      return refuse(
        .unsupportedVersion, "The field \"specversion\" is not \"1.0\", the version this reads.")
    }
    if !found[plan.special.source].isGiven {
      refuse(.missingID, "The field \"source\" is missing.")
    }
    if found.firstSlot(of: plan.id) == SlotList.none {
      refuse(.missingID, "The field \"id\" is missing.")
    }
  }

  /// An event's identity is its source and id together. A space, which no URI has, parts them.
  private mutating func joinSource(_ found: borrowing FoundValues) {
    let source = name(plan.special.source, found)
    guard fault == nil, hasRoom, !source.isAbsent, !record.id.isAbsent else { return }
    let length = Int(source.length) + 1 + Int(record.id.length)
    guard length <= Limits.nameBytesMax else {
      return refuse(
        .nameTooLong,
        "The fields \"source\" and \"id\" together are longer than \(Limits.nameBytesMax) bytes.")
    }
    let free = unsafe batch.freeBytes
    guard free.count >= length else {
      hasRoom = false
      return
    }
    // SAFETY: the free bytes hold source, space and id, and lie after all text in use.
    unsafe free.baseAddress!.copyMemory(
      from: batch.text(source).baseAddress!, byteCount: Int(source.length))
    unsafe free[Int(source.length)] = Ascii.space
    unsafe free.baseAddress!.advanced(by: Int(source.length) + 1).copyMemory(
      from: batch.text(record.id).baseAddress!, byteCount: Int(record.id.length))
    record.id = batch.use(bytes: length)
  }

  // MARK: values

  @inline(__always) private mutating func name(
    _ slots: SlotList, _ found: borrowing FoundValues
  ) -> ByteRange {
    name(found.firstSlot(of: slots), found)
  }

  /// The text of a slot; whole numbers are taken as written.
  @inline(__always) private mutating func name(
    _ slot: UInt8, _ found: borrowing FoundValues
  ) -> ByteRange {
    let value = found[slot]
    if value.kind == .text && value.range.length <= Limits.nameBytesMax { return value.range }
    return unusualName(slot, value)
  }

  @inline(never) private mutating func unusualName(
    _ slot: UInt8, _ value: FoundValue
  ) -> ByteRange {
    switch value.kind {
    case .absent: return .absent
    case .text, .integer:
      if value.range.length > Limits.nameBytesMax { refuseLength(slot) }
      return value.range
    case .escapedText: return written(slot, value)
    case .number, .bool, .object, .array:
      if !plan.isLenient(slot) { refuseType(slot, value.kind) }
      return .absent
    }
  }

  /// Text with escapes, written out into the batch's free bytes.
  private mutating func written(_ slot: UInt8, _ value: FoundValue) -> ByteRange {
    let free = unsafe batch.freeBytes
    var count = 0
    withText(value.range) { text, range in
      do throws(JSONFault) {
        // SAFETY: `count` stays below the free space's size at every write.
        try JSONEscape.decode(JSONStringToken(range: range, hasEscapes: true), in: text) { byte in
          if count < free.count, count < Limits.nameBytesMax { unsafe free[count] = byte }
          count += 1
        }
      } catch {
        preconditionFailure("an escape passed the check and failed the reading: \(error.detail)")
      }
    }
    if count > Limits.nameBytesMax {
      refuseLength(slot)
      return .absent
    }
    guard count <= free.count else {
      hasRoom = false
      return .absent
    }
    return batch.use(bytes: count)
  }

  private mutating func takeTime(_ found: borrowing FoundValues) {
    let slot = found.firstSlot(of: plan.time)
    let value = found[slot]
    switch value.kind {
    case .absent: return refuse(.missingTime, "The field \(label(plan.time)) is missing.")
    case .text, .integer, .number, .escapedText: break
    case .bool, .object, .array: return refuseType(slot, value.kind)
    }
    let time = withText(value.range) { text, range in
      value.kind == .escapedText ? nil : TimeForm.time(text: text, range)
    }
    guard let time else {
      return refuse(.invalidTime, "The field \"\(path(slot))\" is no time.")
    }
    record.time = time.milliseconds
    if time < Limits.eventTimeMin {
      refuse(.timeOutOfRange, "The field \"\(path(slot))\" lies before \(Limits.eventTimeMin).")
    } else if time > latestAccepted {
      refuse(
        .timeInFuture, "The field \"\(path(slot))\" lies after \(latestAccepted), in the future.")
    }
  }

  @inline(__always) private mutating func takeValue(_ found: borrowing FoundValues) {
    let slot = found.firstSlot(of: plan.value)
    if slot != SlotList.none { takeValue(slot, found[slot]) }
  }

  /// A number, or text that is one; of a free field, anything else is no value.
  private mutating func takeValue(_ slot: UInt8, _ value: FoundValue) {
    guard value.isNumber || value.kind == .text else {
      if !plan.isLenient(slot) { refuseType(slot, value.kind) }
      return
    }
    if value.kind == .text && plan.isLenient(slot) { return }
    let number = withText(value.range) { text, range in TimeForm.number(text, range) }
    guard let number else { return refuse(.wrongType, "The field \"\(path(slot))\" is no number.") }
    guard let micros = number.units(places: 6),
      micros.magnitude <= UInt64(Limits.valueMagnitudeMax * 1_000_000)
    else {
      return refuse(
        .valueOutOfRange,
        "The field \"\(path(slot))\" lies beyond ±\(Int(Limits.valueMagnitudeMax)).")
    }
    record.valueMicros = micros
  }

  // MARK: text

  @inline(__always) private func withText<Result>(
    _ range: ByteRange, _ body: (Span<UInt8>, Range<Int>) -> Result
  ) -> Result {
    let start = Int(range.offset)
    return MessageText(range, in: batch).withSpan { body($0, start..<start + Int(range.length)) }
  }

  private func first(_ range: ByteRange) -> UInt8 { unsafe batch.text(range)[0] }

  @inline(__always) private func isText(_ range: ByteRange, _ text: StaticString) -> Bool {
    guard Int(range.length) == text.utf8CodeUnitCount else { return false }
    let bytes = unsafe batch.text(range)
    // SAFETY: a literal's bytes live as long as the program, and both have this many.
    for i in 0..<bytes.count where unsafe bytes[i] != text.utf8Start[i] { return false }
    return true
  }

  private func isText(_ range: ByteRange, _ text: String) -> Bool {
    guard Int(range.length) == text.utf8.count else { return false }
    // SAFETY: the range lies in the batch's used bytes.
    return unsafe batch.text(range).elementsEqual(text.utf8)
  }

  // MARK: faults

  /// The first place of a field, for a message.
  private func label(_ slots: SlotList) -> String {
    let slot = UInt8(truncatingIfNeeded: slots.packed)
    return slot == SlotList.none ? "(not mapped)" : "\"\(path(slot))\""
  }

  private func path(_ slot: UInt8) -> String { plan.tree.paths[Int(slot)] }

  private mutating func refuseType(_ slot: UInt8, _ kind: FoundValue.Kind) {
    let found =
      switch kind {
      case .number: "a number with a fraction"
      case .integer: "a number"
      case .bool: "true or false"
      case .object: "an object"
      case .array: "an array"
      case .absent, .text, .escapedText: "text"
      }
    refuse(.wrongType, "The field \"\(path(slot))\" is \(found).")
  }

  private mutating func refuseLength(_ slot: UInt8) {
    refuse(
      .nameTooLong, "The field \"\(path(slot))\" is longer than \(Limits.nameBytesMax) bytes.")
  }

  @inline(never) private mutating func refuse(
    _ reason: RefusalReason, _ detail: String
  ) {
    if fault == nil { fault = EventFault(reason, detail) }
  }
}
