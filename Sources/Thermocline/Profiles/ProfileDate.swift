package import ThermoclineCore

/// Reads a date (`2025-09-01`, midnight UTC) or an RFC 3339 time (`2025-09-01T10:30:00.5+02:00`).
enum ProfileDate {
  /// nil for anything else. Leap seconds count as the second before; digits below a millisecond are
  /// cut off.
  static func time(_ text: String) -> EventTime? {
    var bytes = text.utf8[...]
    guard let year = number(&bytes, digits: 4), skip(&bytes, "-"),
      let month = number(&bytes, digits: 2), skip(&bytes, "-"), let day = number(&bytes, digits: 2),
      (1...12).contains(month), (1...daysIn(month, year)).contains(day)
    else { return nil }
    let midnight = EventTime(year: year, month: month, day: day)
    if bytes.isEmpty { return midnight }
    guard skip(&bytes, "T", "t", " "), let ofDay = timeOfDay(&bytes), let offset = offset(&bytes),
      bytes.isEmpty
    else { return nil }
    return midnight + ofDay - offset
  }

  private static func timeOfDay(_ bytes: inout Substring.UTF8View) -> TimeSpan? {
    guard let hour = number(&bytes, digits: 2), hour < 24, skip(&bytes, ":"),
      let minute = number(&bytes, digits: 2), minute < 60, skip(&bytes, ":"),
      let second = number(&bytes, digits: 2), second <= 60
    else { return nil }
    var milliseconds = 0
    if skip(&bytes, ".") {
      let digits = bytes.prefix { (48...57).contains($0) }
      guard !digits.isEmpty else { return nil }
      bytes = bytes.dropFirst(digits.count)
      var place = 100
      for digit in digits.prefix(3) {
        milliseconds += (Int(digit) - 48) * place
        place /= 10
      }
    }
    let seconds = hour * 3_600 + minute * 60 + min(second, 59)
    return TimeSpan(milliseconds: Int64(seconds * 1_000 + milliseconds))
  }

  private static func offset(_ bytes: inout Substring.UTF8View) -> TimeSpan? {
    if skip(&bytes, "Z", "z") { return .zero }
    let isWest = bytes.first == 0x2D
    guard skip(&bytes, "+", "-"), let hours = number(&bytes, digits: 2), hours < 24,
      skip(&bytes, ":"), let minutes = number(&bytes, digits: 2), minutes < 60
    else { return nil }
    return .minutes(Int64((hours * 60 + minutes) * (isWest ? -1 : 1)))
  }

  /// Exactly `digits` decimal digits.
  private static func number(_ bytes: inout Substring.UTF8View, digits: Int) -> Int? {
    let head = bytes.prefix(digits)
    guard head.count == digits, head.allSatisfy({ (48...57).contains($0) }) else { return nil }
    bytes = bytes.dropFirst(digits)
    return head.reduce(0) { $0 * 10 + Int($1) - 48 }
  }

  /// Steps over one of the characters; false where none of them stands.
  private static func skip(_ bytes: inout Substring.UTF8View, _ wanted: Unicode.Scalar...) -> Bool {
    guard let first = bytes.first, wanted.contains(Unicode.Scalar(first)) else { return false }
    bytes = bytes.dropFirst()
    return true
  }

  private static func daysIn(_ month: Int, _ year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }
}

/// A date (midnight UTC) or a time of RFC 3339 as a person writes it; nil for anything else.
package func readTime(_ text: String) -> EventTime? { ProfileDate.time(text) }
