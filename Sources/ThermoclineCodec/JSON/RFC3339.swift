internal import ThermoclineCore

/// Reads a time of RFC 3339, the counterpart of `EventTime.rfc3339`.
///
/// Accepted: `T`, `t` or one space between date and time, any number of decimals (cut to
/// milliseconds, so that no event moves into a later window), `Z`, `z` or an offset of up to
/// ±23:59. The leap second 23:59:60 UTC, on any day, is read as 23:59:59.999, because event time
/// has none.
enum RFC3339 {
  /// The time at `range` of the text; nil when it is anything else than a complete, valid time.
  /// With `allowsLocal`, a zone may be missing, which means UTC (ClickHouse, Snowplow), and an
  /// offset may be written `±hhmm` or `±hh` (ISO 8601).
  static func time(
    in text: Span<UInt8>, _ range: Range<Int>, allowsLocal: Bool = false
  ) -> EventTime? {
    let start = range.lowerBound
    if range.count == 24, let time = usual(text, start) { return time }
    guard range.count >= (allowsLocal ? 19 : 20),
      let year = number(text, start, 4), text[start + 4] == Ascii.minus,
      let month = number(text, start + 5, 2), text[start + 7] == Ascii.minus,
      let day = number(text, start + 8, 2), isSeparator(text[start + 10]),
      let hour = number(text, start + 11, 2), text[start + 13] == Ascii.colon,
      let minute = number(text, start + 14, 2), text[start + 16] == Ascii.colon,
      let second = number(text, start + 17, 2),
      1...12 ~= month, 1...days(in: month, of: year) ~= day, hour <= 23, minute <= 59, second <= 60
    else { return nil }
    var at = start + 19
    guard let fraction = milliseconds(text, &at, range.upperBound),
      let offset = offsetMinutes(text, at, range.upperBound, allowsLocal)
    else { return nil }

    let date = EventTime(year: year, month: month, day: day)
    let minuteOfDay = date + .minutes(Int64(hour * 60 + minute - offset))
    guard second == 60 else {
      return minuteOfDay + TimeSpan(milliseconds: Int64(second) * 1_000 + fraction)
    }
    let next = minuteOfDay + .minutes(1)
    return next.floor(to: .days(1)) == next ? next - TimeSpan(milliseconds: 1) : nil
  }

  /// The 24 bytes `2026-01-01T00:00:00.123Z`, eight at a time; nil for another form, and for the
  /// rare second 60.
  @inline(__always) private static func usual(_ text: Span<UInt8>, _ start: Int) -> EventTime? {
    let bytes = unsafe text.bytes.extracting(start..<start + 24)
    // SAFETY: the three words lie within the 24 bytes, which `extracting` has checked.
    let date = unsafe ByteWord.digits(word(bytes, 0))
    let hour = unsafe ByteWord.digits(word(bytes, 8))
    let second = unsafe ByteWord.digits(word(bytes, 16))
    // What is no digit in the form, as `ByteWord.digits` shows it.
    let dateMarks: UInt64 = 0xFF00_00FF_0000_0000
    let hourMarks: UInt64 = 0x0000_FF00_00FF_0000
    let secondMarks: UInt64 = 0xFF00_0000_FF00_00FF
    let marks =
      (date & dateMarks ^ 0x1D00_001D_0000_0000) | (hour & hourMarks ^ 0x0000_0A00_0064_0000)
      | (second & secondMarks ^ 0x6A00_0000_1E00_000A)
    let others =
      ByteWord.nonDigits(date & ~dateMarks) | ByteWord.nonDigits(hour & ~hourMarks)
      | ByteWord.nonDigits(second & ~secondMarks)
    guard marks == 0, others == 0 else { return nil }
    func digit(_ word: UInt64, _ place: UInt64) -> Int {
      Int(truncatingIfNeeded: word >> (place &* 8) & 0xF)
    }
    func pair(_ word: UInt64, _ place: UInt64) -> Int {
      digit(word, place) &* 10 &+ digit(word, place &+ 1)
    }
    let (year, month) = (pair(date, 0) &* 100 &+ pair(date, 2), pair(date, 5))
    let (day, minutes) = (pair(hour, 0), pair(hour, 3) &* 60 &+ pair(hour, 6))
    let milliseconds = pair(second, 1) &* 1_000 &+ digit(second, 4) &* 100 &+ pair(second, 5)
    guard 1...12 ~= month, 1...days(in: month, of: year) ~= day, pair(hour, 3) <= 23,
      pair(hour, 6) <= 59, milliseconds < 60_000
    else { return nil }
    return EventTime(year: year, month: month, day: day)
      + TimeSpan(milliseconds: Int64(minutes &* 60_000 &+ milliseconds))
  }

  @unsafe @inline(__always) private static func word(_ bytes: RawSpan, _ at: Int) -> UInt64 {
    unsafe UInt64(
      littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: at, as: UInt64.self))
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "T") || byte == UInt8(ascii: "t") || byte == Ascii.space
  }

  private static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// The `count` digits at `at`; nil when one is no digit.
  private static func number(_ text: Span<UInt8>, _ at: Int, _ count: Int) -> Int? {
    var result = 0
    for i in at..<at + count {
      guard Ascii.isDigit(text[i]) else { return nil }
      result = result * 10 + Int(text[i] - Ascii.zero)
    }
    return result
  }

  /// The decimals at `at`, if any, in milliseconds; nil when a point stands without a digit.
  private static func milliseconds(
    _ text: Span<UInt8>, _ at: inout Int, _ end: Int
  ) -> Int64? {
    guard at < end, text[at] == Ascii.point else { return 0 }
    at += 1
    let first = at
    var result: Int64 = 0
    var unit: Int64 = 100
    while at < end, Ascii.isDigit(text[at]) {
      result += Int64(text[at] - Ascii.zero) * unit
      unit /= 10
      at += 1
    }
    return at > first ? result : nil
  }

  /// `Z` or `±hh:mm`, which must be all that is left.
  private static func offsetMinutes(
    _ text: Span<UInt8>, _ at: Int, _ end: Int, _ allowsLocal: Bool
  ) -> Int? {
    if end == at { return allowsLocal ? 0 : nil }
    if end - at == 1, text[at] == UInt8(ascii: "Z") || text[at] == UInt8(ascii: "z") { return 0 }
    guard end - at == 6 || (allowsLocal && (end - at == 5 || end - at == 3)),
      text[at] == Ascii.plus || text[at] == Ascii.minus,
      let hours = number(text, at + 1, 2), hours <= 23,
      end - at != 6 || text[at + 3] == Ascii.colon,
      let minutes = end - at == 3 ? 0 : number(text, end - 2, 2), minutes <= 59
    else { return nil }
    return text[at] == Ascii.minus ? -(hours * 60 + minutes) : hours * 60 + minutes
  }
}
