import Foundation
import ThermoclineCore
import ThermoclineTestKit

/// The rules for a native event, written out plainly over what Foundation parsed.
enum FoundationReference {
  /// The event, or nil when it is to be refused.
  static func event(_ bytes: [UInt8], latest: EventTime) -> PlainEvent? {
    guard case .object(let fields) = FoundationJSON.read(bytes),
      let type = text(fields["type"], numbers: false), !type.isEmpty,
      let account = text(fields["account"], numbers: true), !account.isEmpty,
      let user = text(fields["user"], numbers: true),
      let feature = text(fields["feature"], numbers: false),
      let id = text(fields["id"], numbers: false),
      let time = time(fields), time >= 946_684_800_000, time <= latest.milliseconds,
      let micros = micros(fields)
    else { return nil }
    var event = PlainEvent(time: time, type: type, account: account)
    event.user = user
    event.feature = feature
    event.id = id
    event.valueMicros = micros
    event.message = String(decoding: bytes, as: UTF8.self)
    return event
  }

  private static func isAbsent(_ value: FoundationJSON?) -> Bool {
    value == nil || value == .null || value == .string("")
  }

  private static func text(_ value: FoundationJSON?, numbers: Bool) -> String? {
    if isAbsent(value) { return "" }
    switch value {
    case .string(let text) where text.utf8.count <= 256: return text
    case .number(let number) where numbers: return "\(number)"
    default: return nil
    }
  }

  private static func time(_ fields: [String: FoundationJSON]) -> Int64? {
    let (ts, time) = (fields["ts"], fields["time"])
    guard isAbsent(ts) != isAbsent(time) else { return nil }
    if case .number(let number) = isAbsent(ts) ? time : ts {
      var (value, whole) = (number, Decimal())
      // SAFETY: both pointers last for the call.
      unsafe NSDecimalRound(&whole, &value, 0, .plain)
      return whole == value && abs(whole) < 1_000_000_000_000_000
        ? Int64(truncating: whole as NSDecimalNumber) : nil
    }
    guard isAbsent(ts), case .string(let text) = time else { return nil }
    return Self.time(rfc3339: text)
  }

  /// A time of RFC 3339 by its grammar and Foundation's calendar, without the leap second.
  static func time(rfc3339 text: String) -> Int64? {
    let shape =
      /(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))/
    guard text.utf8.count == text.count, let match = text.wholeMatch(of: shape) else { return nil }
    let number = { (digits: Substring?) in digits.flatMap { Int($0) } ?? 0 }
    var parts = DateComponents()
    parts.year = number(match.1)
    parts.month = number(match.2)
    parts.day = number(match.3)
    parts.hour = number(match.4)
    parts.minute = number(match.5)
    parts.second = number(match.6)
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = .gmt
    parts.calendar = calendar
    let (hours, minutes) = (number(match.9), number(match.10))
    guard parts.isValidDate, hours < 24, minutes < 60, let date = calendar.date(from: parts) else {
      return nil
    }
    let fraction = Int64(((match.7 ?? "") + "000").prefix(3))!
    let offset = Int64(hours * 60 + minutes) * (match.8 == "-" ? -60_000 : 60_000)
    return Int64(date.timeIntervalSince1970) * 1_000 + fraction - offset
  }

  private static func micros(_ fields: [String: FoundationJSON]) -> Int64? {
    let (value, count) = (fields["value"], fields["count"])
    if isAbsent(value) && isAbsent(count) { return 1_000_000 }
    guard isAbsent(value) != isAbsent(count),
      case .number(let number) = isAbsent(value) ? count : value
    else { return nil }
    return micros(number)
  }

  /// A number in millionths, ties to even; nil beyond the limit.
  static func micros(_ number: Decimal) -> Int64? {
    var (scaled, rounded) = (number * 1_000_000, Decimal())
    // SAFETY: both pointers last for the call.
    unsafe NSDecimalRound(&rounded, &scaled, 0, .bankers)
    return abs(rounded) <= 1_000_000_000_000_000
      ? Int64(truncating: rounded as NSDecimalNumber) : nil
  }
}
