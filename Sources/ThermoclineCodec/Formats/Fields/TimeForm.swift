internal import ThermoclineCore

/// Times as other systems write them.
///
/// A number counts from 1970 in the unit that its size tells: seconds below 10¹¹ (year 5138),
/// milliseconds below 10¹⁴, microseconds below 10¹⁷, nanoseconds above. For times after 1973 these
/// are disjoint. What is finer than a millisecond is cut off, so that no event moves into a later
/// window. Text is RFC 3339, also without a zone (UTC) or with ISO 8601's short offsets, a date
/// alone (midnight UTC), or such a number.
enum TimeForm {
  /// The time at a range of the text; nil when it is none.
  static func time(text: Span<UInt8>, _ range: Range<Int>) -> EventTime? {
    if range.count >= 19,
      let time = RFC3339.time(in: text, range, allowsLocal: true)
    {
      return time
    }
    if range.count == 10, text[range.lowerBound + 4] == Ascii.minus {
      return date(text, range)
    }
    guard let number = number(text, range) else { return nil }
    return time(number)
  }

  /// The time that a number of some unit stands for; nil beyond all sense.
  static func time(_ number: DecimalNumber) -> EventTime? {
    guard let whole = number.cut(places: 0) else {
      // Nanoseconds have more digits than are counted.
      guard let micros = number.cut(places: -3) else { return nil }
      return EventTime(milliseconds: micros / 1_000)
    }
    switch whole.magnitude {
    case ..<100_000_000_000:
      return number.cut(places: 3).map(EventTime.init(milliseconds:))
    case ..<100_000_000_000_000: return EventTime(milliseconds: whole)
    case ..<100_000_000_000_000_000: return EventTime(milliseconds: whole / 1_000)
    default: return EventTime(milliseconds: whole / 1_000_000)
    }
  }

  /// The number that is all of a range; nil when it is none as JSON writes them.
  static func number(_ text: Span<UInt8>, _ range: Range<Int>) -> DecimalNumber? {
    guard let token = token(text, range) else { return nil }
    return DecimalNumber(token, in: text)
  }

  private static func token(_ text: Span<UInt8>, _ range: Range<Int>) -> JSONNumberToken? {
    var scanner = JSONScanner(at: range.lowerBound)
    do throws(JSONFault) {
      let token = try scanner.number(in: text)
      return token.range == range ? token : nil
    } catch {
      return nil
    }
  }

  private static func date(_ text: Span<UInt8>, _ range: Range<Int>) -> EventTime? {
    var whole: [20 of UInt8] = .init(repeating: Ascii.zero)
    for i in 0..<10 { whole[i] = text[range.lowerBound + i] }
    whole[10] = UInt8(ascii: "T")
    whole[13] = Ascii.colon
    whole[16] = Ascii.colon
    whole[19] = UInt8(ascii: "Z")
    return RFC3339.time(in: whole.span, 0..<20)
  }
}
