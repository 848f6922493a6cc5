internal import ThermoclineCore

/// Reads one object as an event, exactly and in full: every member is checked, known or not.
///
/// A fault of grammar is thrown. Of the other faults the first in the text counts; missing fields
/// come last.
struct ExactEventReader {
  /// What an object turned out to be.
  enum Reading {
    case event(EventRecord)
    case refused(EventFault)
    /// The batch's free bytes do not hold a written-out text.
    case noRoom
    /// It is no event but holds an array of events, whose opening bracket stands there.
    case several(array: Int)
  }

  private let latestAccepted: EventTime
  private let batch: EventBatch
  private var record = EventRecord()
  private var fault: EventFault?
  private var hasRoom = true
  /// Keys met, and fields that were given something else than null or "".
  private var keys: UInt16 = 0
  private var given: UInt16 = 0

  /// Reads the object at the scanner's cursor and moves the cursor past it.
  static func read(
    _ scanner: inout JSONScanner, in text: Span<UInt8>, latestAccepted: EventTime,
    batch: EventBatch
  ) throws(JSONFault) -> Reading {
    var reader = ExactEventReader(latestAccepted: latestAccepted, batch: batch)
    try scanner.object(in: text) { (scanner, key) throws(JSONFault) in
      try reader.member(key, &scanner, in: text)
    }
    return reader.reading()
  }

  private init(latestAccepted: EventTime, batch: EventBatch) {
    self.latestAccepted = latestAccepted
    self.batch = batch
  }

  private mutating func reading() -> Reading {
    if !isGiven(.type) { refuse(.missingType, "The field \"type\" is missing.") }
    if !isGiven(.account) { refuse(.missingAccount, "The field \"account\" is missing.") }
    if !isGiven(.ts) && !isGiven(.time) {
      refuse(.missingTime, "The event has neither \"ts\" nor \"time\".")
    }
    if let fault { return .refused(fault) }
    return hasRoom ? .event(record) : .noRoom
  }

  private mutating func member(
    _ key: JSONStringToken, _ scanner: inout JSONScanner, in text: Span<UInt8>
  ) throws(JSONFault) {
    guard let field = try Self.field(key, in: text) else { return try scanner.skipValue(in: text) }
    if keys & field.bit != 0 { refuse(.duplicateKey, "The key \"\(field)\" stands twice.") }
    keys |= field.bit
    switch try scanner.kind(in: text) {
    case .string:
      let token = try scanner.string(in: text)
      if !token.range.isEmpty { try take(token, for: field, in: text) }
    case .number: take(try scanner.number(in: text), for: field, in: text)
    case .literal:
      if try scanner.literal(in: text) != .null { refuseType(of: field, "true or false") }
    case .object:
      refuseType(of: field, "an object")
      try scanner.skipValue(in: text)
    case .array:
      refuseType(of: field, "an array")
      try scanner.skipValue(in: text)
    }
  }

  private mutating func take(
    _ token: JSONStringToken, for field: NativeField, in text: Span<UInt8>
  ) throws(JSONFault) {
    give(field)
    switch field {
    case .id: record.id = try name(token, field, in: text)
    case .type: record.type = try name(token, field, in: text)
    case .account: record.account = try name(token, field, in: text)
    case .user: record.user = try name(token, field, in: text)
    case .feature: record.feature = try name(token, field, in: text)
    case .time:
      guard !token.hasEscapes, let time = RFC3339.time(in: text, token.range) else {
        return refuse(
          .invalidTime, "The field \"time\" is no RFC 3339 time with a zone or offset.")
      }
      take(time: time, for: field)
    case .ts, .value, .count: refuseType(of: field, "a string")
    }
  }

  private mutating func take(
    _ token: JSONNumberToken, for field: NativeField, in text: Span<UInt8>
  ) {
    give(field)
    switch field {
    case .account, .user:
      guard token.isPlainInteger else { return refuseType(of: field, "a number with a fraction") }
      guard token.range.count <= Limits.nameBytesMax else { return refuseLength(of: field) }
      let range = ByteRange(offset: token.range.lowerBound, length: token.range.count)
      if field == .account { record.account = range } else { record.user = range }
    case .ts, .time:
      guard let integer = DecimalNumber(token, in: text).integer else {
        return refuse(
          .invalidTime, "The field \"\(field)\" is no whole number of milliseconds in range.")
      }
      take(time: EventTime(milliseconds: integer), for: field)
    case .value, .count:
      guard let micros = DecimalNumber(token, in: text).units(places: 6),
        micros.magnitude <= UInt64(Limits.valueMagnitudeMax * 1_000_000)
      else {
        return refuse(
          .valueOutOfRange, "The field \"\(field)\" lies beyond ±\(Int(Limits.valueMagnitudeMax)).")
      }
      record.valueMicros = micros
    case .id, .type, .feature: refuseType(of: field, "a number")
    }
  }

  private mutating func take(time: EventTime, for field: NativeField) {
    record.time = time.milliseconds
    if time < Limits.eventTimeMin {
      refuse(.timeOutOfRange, "The field \"\(field)\" lies before \(Limits.eventTimeMin).")
    } else if time > latestAccepted {
      refuse(.timeInFuture, "The field \"\(field)\" lies after \(latestAccepted), in the future.")
    }
  }

  /// The range of a string's text; written out into the batch's free bytes when it has escapes.
  private mutating func name(
    _ token: JSONStringToken, _ field: NativeField, in text: Span<UInt8>
  ) throws(JSONFault) -> ByteRange {
    guard token.hasEscapes else {
      if token.range.count > Limits.nameBytesMax { refuseLength(of: field) }
      return ByteRange(offset: token.range.lowerBound, length: token.range.count)
    }
    let free = unsafe batch.freeBytes
    var count = 0
    // SAFETY: `count` stays below the free space's size at every write.
    try JSONEscape.decode(token, in: text) { byte in
      if count < free.count, count < Limits.nameBytesMax { unsafe free[count] = byte }
      count += 1
    }
    if count > Limits.nameBytesMax {
      refuseLength(of: field)
      return .absent
    }
    guard count <= free.count else {
      hasRoom = false
      return .absent
    }
    return batch.use(bytes: count)
  }

  /// Marks a field as given; two spellings of one field must not both be.
  private mutating func give(_ field: NativeField) {
    given |= field.bit
    if isGiven(.ts) && isGiven(.time) {
      refuse(.duplicateKey, "The event has both \"ts\" and \"time\".")
    }
    if isGiven(.value) && isGiven(.count) {
      refuse(.duplicateKey, "The event has both \"value\" and \"count\".")
    }
  }

  private func isGiven(_ field: NativeField) -> Bool { given & field.bit != 0 }

  private mutating func refuseType(of field: NativeField, _ found: String) {
    given |= field.bit
    refuse(.wrongType, "The field \"\(field)\" is \(found).")
  }

  private mutating func refuseLength(of field: NativeField) {
    refuse(.nameTooLong, "The field \"\(field)\" is longer than \(Limits.nameBytesMax) bytes.")
  }

  private mutating func refuse(_ reason: RefusalReason, _ detail: String) {
    if fault == nil { fault = EventFault(reason, detail) }
  }

  /// The field a key names, escapes in the key undone; nil for keys we do not know.
  private static func field(
    _ key: JSONStringToken, in text: Span<UInt8>
  ) throws(JSONFault) -> NativeField? {
    // The longest known key, "account" or "feature", has 7 letters of at most 6 bytes as written.
    guard key.range.count <= 7 * 6 else { return nil }
    var word: UInt64 = 0
    var length = 0
    try JSONEscape.decode(key, in: text) { byte in
      if length < 8 { word |= UInt64(byte) << UInt64(8 * length) }
      length += 1
    }
    return NativeField(key: word, length: length)
  }
}
