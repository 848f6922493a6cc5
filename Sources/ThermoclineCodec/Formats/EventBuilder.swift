internal import ThermoclineCore

/// Makes an event of the values that were found, or says why there is none. Both the fast and the
/// exact way end here, so they cannot differ in what values mean.
///
/// It holds plain values only: a fault is put into words by who has the time for it, and the batch
/// is lent to each step, so that no event counts references.
struct EventBuilder {
  /// What the values came to.
  enum Outcome: BitwiseCopyable {
    case event
    case refused(FieldFault)
    /// The batch's free bytes do not hold a written-out text.
    case noRoom
    /// It is no event but holds an array of events, whose opening bracket stands there.
    case several(array: Int)
  }

  private let plan: PlainView<FormatFields>
  private let latestAccepted: EventTime
  private var record = EventRecord()
  private var fault: FieldFault?
  private var hasRoom = true

  /// Builds the event into `record`, which is worthless when the outcome is another one.
  @inline(__always) static func build(
    _ found: borrowing FoundValues, _ fields: PlainView<FormatFields>, latestAccepted: EventTime,
    batch: EventBatch, into record: inout EventRecord
  ) -> Outcome {
    var builder = EventBuilder(fields, latestAccepted)
    builder.fill(found, batch)
    if let fault = builder.fault { return .refused(fault) }
    guard builder.hasRoom else { return .noRoom }
    record = builder.record
    return .event
  }

  /// The same for the exact readers; `fault` is what they found wrong already.
  static func build(
    _ found: borrowing FoundValues, plan: FormatPlan, latestAccepted: EventTime,
    batch: EventBatch, fault: EventFault?
  ) -> ExactEventReader.Reading {
    if let fault { return .refused(fault) }
    var record = EventRecord()
    switch build(
      found, plan.fields, latestAccepted: latestAccepted, batch: batch, into: &record)
    {
    case .event: return .event(record)
    case .refused(let fault): return .refused(fault.inWords(plan, latestAccepted: latestAccepted))
    case .noRoom: return .noRoom
    case .several(let array): return .several(array: array)
    }
  }

  private init(_ plan: PlainView<FormatFields>, _ latestAccepted: EventTime) {
    self.plan = plan
    self.latestAccepted = latestAccepted
  }

  @inline(__always) private mutating func fill(_ found: borrowing FoundValues, _ batch: EventBatch)
  {
    if plan.format == .cloudevents { checkCloudEvent(found, batch) }
    record.type = name(plan.type, found, batch)
    record.user = name(plan.user, found, batch)
    record.id = name(plan.id, found, batch)
    if plan.format == .cloudevents { joinSource(found, batch) }
    record.account = name(plan.account, found, batch)
    record.feature = name(plan.feature, found, batch)
    takeTime(found, batch)
    takeValue(found, batch)
    switch plan.format {
    case .segment: finishSegment(found, batch)
    case .posthog: finishPostHog(found, batch)
    case .amplitude: finishAmplitude(batch)
    case .auto, .thermocline, .cloudevents, .snowplow, .mapped, .csv: break
    }
    checkRequired()
  }

  private mutating func checkRequired() {
    if record.type.isAbsent {
      refuse(.missingType)
    }
    if record.account.isAbsent && record.user.isAbsent {
      refuse(.missingAccount)
    }
  }

  // MARK: formats

  /// The type of a `track` call is its event; of the others, the call. `group` says who belongs to
  /// whom, and so does `identify` with a group.
  private mutating func finishSegment(_ found: borrowing FoundValues, _ batch: EventBatch) {
    let special = plan.special
    switch call(record.type, batch) {
    case .track:
      record.type = name(special.event, found, batch)
      if record.type.isAbsent { refuse(.missingEvent) }
    case .group:
      if found[special.groupID].isGiven { record.account = name(special.groupID, found, batch) }
      if !record.account.isAbsent && !record.user.isAbsent { record.kind = .membership }
    case .identify:
      if !record.account.isAbsent && !record.user.isAbsent { record.kind = .membership }
    case .alias:
      record.feature = name(special.previousID, found, batch)
      if !record.feature.isAbsent && !record.user.isAbsent { record.kind = .alias }
    case .page, .screen:
      if found[special.name].isGiven { record.feature = name(special.name, found, batch) }
    case .other: break
    }
  }

  private enum Call { case track, group, identify, alias, page, screen, other }

  @inline(__always) private func call(_ type: ByteRange, _ batch: EventBatch) -> Call {
    guard type.length <= 8 else { return .other }
    switch word(type, batch) {
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
  @inline(__always) private func word(_ range: ByteRange, _ batch: EventBatch) -> UInt64 {
    // SAFETY: a batch's text is readable for 64 bytes past its end.
    let text = unsafe batch.text(range)
    guard let base = text.baseAddress, range.length > 0 else { return 0 }
    let word = unsafe UInt64(littleEndian: base.loadUnaligned(as: UInt64.self))
    return range.length == 8 ? word : word & ((1 << UInt64(8 * range.length)) - 1)
  }

  private mutating func finishPostHog(_ found: borrowing FoundValues, _ batch: EventBatch) {
    let special = plan.special
    if record.account.isAbsent, found.firstSlot(of: special.groups) == SlotList.none {
      // Which group the numbers stand for is known to PostHog only; the first is the usual one.
      record.account = name(special.groupIndices, found, batch)
    }
    guard record.type.length > 0, first(record.type, batch) == UInt8(ascii: "$") else { return }
    if isText(record.type, "$groupidentify", batch) {
      identifyGroup(found, batch)
    } else if isText(record.type, "$identify", batch) {
      merge(special.anonymousID, found, batch)
    } else if isText(record.type, "$create_alias", batch)
      || isText(record.type, "$merge_dangerously", batch)
    {
      merge(special.aliases, found, batch)
    }
  }

  private mutating func identifyGroup(_ found: borrowing FoundValues, _ batch: EventBatch) {
    let type = name(plan.special.groupType, found, batch)
    guard isGroupType(type, batch) else { return }
    record.account = name(plan.special.groupKey, found, batch)
    if !record.account.isAbsent && !record.user.isAbsent { record.kind = .membership }
  }

  private mutating func merge(
    _ earlier: SlotList, _ found: borrowing FoundValues, _ batch: EventBatch
  ) {
    guard found.firstSlot(of: earlier) != SlotList.none, !record.user.isAbsent else { return }
    record.feature = name(earlier, found, batch)
    record.kind = .alias
  }

  private mutating func finishAmplitude(_ batch: EventBatch) {
    guard record.type.length > 0, first(record.type, batch) == UInt8(ascii: "$") else { return }
    let isIdentification =
      isText(record.type, "$identify", batch) || isText(record.type, "$groupidentify", batch)
    if isIdentification, !record.account.isAbsent, !record.user.isAbsent {
      record.kind = .membership
    }
  }

  private mutating func checkCloudEvent(_ found: borrowing FoundValues, _ batch: EventBatch) {
    let version = found[plan.special.specversion]
    guard version.kind == .text, version.range.length == 3,
      word(version.range, batch) == ByteWord.of("1", ".", "0")
    else {
      return refuse(.unsupportedVersion)
    }
    if !found[plan.special.source].isGiven {
      refuse(.missingSource)
    }
    if found.firstSlot(of: plan.id) == SlotList.none {
      refuse(.missingID)
    }
  }

  /// An event's identity is its source and id together. A space, which no URI has, parts them.
  private mutating func joinSource(_ found: borrowing FoundValues, _ batch: EventBatch) {
    let source = name(plan.special.source, found, batch)
    guard fault == nil, hasRoom, !source.isAbsent, !record.id.isAbsent else { return }
    let length = Int(source.length) + 1 + Int(record.id.length)
    guard length <= Limits.nameBytesMax else {
      return refuse(.identityTooLong)
    }
    let free = unsafe batch.freeBytes
    guard free.count >= length else {
      hasRoom = false
      return
    }
    // SAFETY: the free bytes hold source, space and id, and lie after all text in use.
    let target = free.baseAddress!
    unsafe copy(source, batch, to: target, room: free.count)
    unsafe free[Int(source.length)] = Ascii.space
    let rest = Int(source.length) + 1
    unsafe copy(record.id, batch, to: target + rest, room: free.count - rest)
    record.id = batch.use(bytes: length)
  }

  /// Copies text, sixteen bytes at a time where there is room: most is shorter than a call is long.
  @unsafe @inline(__always) private func copy(
    _ range: ByteRange, _ batch: EventBatch, to target: UnsafeMutableRawPointer, room: Int
  ) {
    let length = Int(range.length)
    // SAFETY: a batch's text is readable for 64 bytes past its end, and the target holds `room`.
    let source = unsafe batch.text(range).baseAddress!
    guard length &+ 16 <= room else {
      return unsafe target.copyMemory(from: source, byteCount: length)
    }
    var at = 0
    while at < length {
      let block = unsafe source.loadUnaligned(fromByteOffset: at, as: SIMD16<UInt8>.self)
      unsafe target.storeBytes(of: block, toByteOffset: at, as: SIMD16<UInt8>.self)
      at &+= 16
    }
  }

  // MARK: values

  @inline(__always) private mutating func name(
    _ slots: SlotList, _ found: borrowing FoundValues, _ batch: EventBatch
  ) -> ByteRange {
    name(found.firstSlot(of: slots), found, batch)
  }

  /// The text of a slot; whole numbers are taken as written.
  @inline(__always) private mutating func name(
    _ slot: UInt8, _ found: borrowing FoundValues, _ batch: EventBatch
  ) -> ByteRange {
    let value = found[slot]
    if value.kind == .text && value.range.length <= Limits.nameBytesMax { return value.range }
    return unusualName(slot, value, batch)
  }

  @inline(never) private mutating func unusualName(
    _ slot: UInt8, _ value: FoundValue, _ batch: EventBatch
  ) -> ByteRange {
    switch value.kind {
    case .absent: return .absent
    case .text, .integer:
      if value.range.length > Limits.nameBytesMax { refuse(.nameTooLong, slot) }
      return value.range
    case .escapedText: return written(slot, value, batch)
    case .number, .bool, .object, .array:
      if !isLenient(slot) { refuseType(slot, value.kind) }
      return .absent
    }
  }

  /// Text with escapes, written out into the batch's free bytes.
  private mutating func written(_ slot: UInt8, _ value: FoundValue, _ batch: EventBatch)
    -> ByteRange
  {
    let free = unsafe batch.freeBytes
    var count = 0
    withText(value.range, batch) { text, range in
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
      refuse(.nameTooLong, slot)
      return .absent
    }
    guard count <= free.count else {
      hasRoom = false
      return .absent
    }
    return batch.use(bytes: count)
  }

  private mutating func takeTime(_ found: borrowing FoundValues, _ batch: EventBatch) {
    let slot = found.firstSlot(of: plan.time)
    let value = found[slot]
    switch value.kind {
    case .absent: return refuse(.missingTime)
    case .text, .integer, .number, .escapedText: break
    case .bool, .object, .array: return refuseType(slot, value.kind)
    }
    let time = withText(value.range, batch) { text, range in
      value.kind == .escapedText ? nil : TimeForm.time(text: text, range)
    }
    guard let time else {
      return refuse(.invalidTime, slot)
    }
    record.time = time.milliseconds
    if time < Limits.eventTimeMin {
      refuse(.timeOutOfRange, slot)
    } else if time > latestAccepted {
      refuse(.timeInFuture, slot)
    }
  }

  @inline(__always) private mutating func takeValue(
    _ found: borrowing FoundValues, _ batch: EventBatch
  ) {
    let slot = found.firstSlot(of: plan.value)
    if slot != SlotList.none { takeValue(slot, found[slot], batch) }
  }

  /// A number, or text that is one; of a free field, anything else is no value.
  private mutating func takeValue(_ slot: UInt8, _ value: FoundValue, _ batch: EventBatch) {
    guard value.isNumber || value.kind == .text else {
      if !isLenient(slot) { refuseType(slot, value.kind) }
      return
    }
    if value.kind == .text && isLenient(slot) { return }
    if value.kind == .integer, let number = smallNumber(value.range, batch) {
      record.valueMicros = number &* 1_000_000
      return
    }
    let number = withText(value.range, batch) { text, range in TimeForm.number(text, range) }
    guard let number else { return refuse(.noNumber, slot) }
    guard let micros = number.units(places: 6),
      micros.magnitude <= UInt64(Limits.valueMagnitudeMax * 1_000_000)
    else {
      return refuse(.valueOutOfRange, slot)
    }
    record.valueMicros = micros
  }

  /// A whole number of at most seven digits without a sign; nil for others.
  @inline(__always) private func smallNumber(_ range: ByteRange, _ batch: EventBatch) -> Int64? {
    guard range.length < 8 else { return nil }
    let digits = ByteWord.digits(word(range, batch)) << UInt64(64 &- 8 &* Int(range.length))
    guard ByteWord.nonDigits(digits) == 0 else { return nil }
    return Int64(ByteWord.number(digits))
  }

  // MARK: text

  @inline(__always) private func withText<Result>(
    _ range: ByteRange, _ batch: EventBatch, _ body: (Span<UInt8>, Range<Int>) -> Result
  ) -> Result {
    let start = Int(range.offset)
    return MessageText(range, in: batch).withSpan { body($0, start..<start + Int(range.length)) }
  }

  private func first(_ range: ByteRange, _ batch: EventBatch) -> UInt8 {
    unsafe batch.text(range)[0]
  }

  @inline(__always) private func isText(
    _ range: ByteRange, _ text: StaticString, _ batch: EventBatch
  ) -> Bool {
    guard Int(range.length) == text.utf8CodeUnitCount else { return false }
    let bytes = unsafe batch.text(range)
    // SAFETY: a literal's bytes live as long as the program, and both have this many.
    for i in 0..<bytes.count where unsafe bytes[i] != text.utf8Start[i] { return false }
    return true
  }

  private func isGroupType(_ range: ByteRange, _ batch: EventBatch) -> Bool {
    let length = Int(plan.groupTypeLength)
    guard Int(range.length) == length else { return false }
    let bytes = unsafe batch.text(range)
    // SAFETY: the plan's bytes and the range have `length` bytes.
    for i in 0..<length where unsafe bytes[i] != plan.groupType[i] { return false }
    return true
  }

  @inline(__always) private func isLenient(_ slot: UInt8) -> Bool {
    plan.lenient >> UInt64(slot & 63) & 1 == 1
  }

  // MARK: faults

  private mutating func refuseType(_ slot: UInt8, _ kind: FoundValue.Kind) {
    refuse(.wrongType(kind), slot)
  }

  /// The first fault counts.
  private mutating func refuse(_ kind: FieldFault.Kind, _ slot: UInt8 = SlotList.none) {
    if fault == nil { fault = FieldFault(kind: kind, slot: slot) }
  }
}
