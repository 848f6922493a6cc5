package import ThermoclineCore

/// The field `Retry-After` of a reply (RFC 9110, 10.2.3): seconds, or a date in the form of RFC 9110, 5.6.7.
package enum RetryAfter {
  /// The time to wait from `now` on, at most an hour; nil when the field says nothing that can be read.
  package static func span(_ field: String, now: EventTime) -> TimeSpan? {
    let text = field.drop { $0 == " " }.prefix { $0 != "\r" }
    if !text.isEmpty, text.utf8.count <= 18, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      return Int64(text).map { .seconds(min($0, NotifyLimits.retryAfterSecondsMax)) }
    }
    guard let time = date(String(text)) else { return nil }
    return min(max(time - now, .zero), .seconds(NotifyLimits.retryAfterSecondsMax))
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// `Sun, 06 Nov 1994 08:49:37 GMT`; the two obsolete forms are not read.
  private static func date(_ text: String) -> EventTime? {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 6, words[0].hasSuffix(","), words[5] == "GMT",
      let day = number(words[1], 2, 1...31),
      let month = months.firstIndex(of: String(words[2])),
      let year = number(words[3], 4, 1970...9999)
    else { return nil }
    let clock = words[4].split(separator: ":", omittingEmptySubsequences: false)
    guard clock.count == 3, let hour = number(clock[0], 2, 0...23),
      let minute = number(clock[1], 2, 0...59), let second = number(clock[2], 2, 0...60)
    else { return nil }
    return EventTime(year: year, month: month + 1, day: day)
      + .seconds(Int64(hour * 3_600 + minute * 60 + second))
  }

  private static func number(_ text: Substring, _ digits: Int, _ range: ClosedRange<Int>) -> Int? {
    guard text.utf8.count == digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int(text), range.contains(number)
    else { return nil }
    return number
  }
}
