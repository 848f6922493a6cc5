package import ThermoclineCore

/// Numbers and times as pages show them.
package enum Figure {
  package static let none = "–"

  /// With so many decimals, a space between thousands, and a real minus.
  package static func number(_ value: Double?, decimals: Int = 1) -> String {
    guard let value, value.isFinite else { return none }
    guard value.magnitude < 1e15 else { return "\(value)" }
    var unit = 1.0
    for _ in 0..<decimals { unit *= 10 }
    let units = Int64((value.magnitude * unit).rounded())
    let (whole, rest) = units.quotientAndRemainder(dividingBy: Int64(unit))
    var text = grouped(UInt64(whole))
    if decimals > 0 {
      let digits = String(rest)
      text += "." + String(repeating: "0", count: decimals - digits.count) + digits
    }
    return value < 0 && units != 0 ? "−" + text : text
  }

  /// The same with its sign.
  package static func signed(_ value: Double?, decimals: Int = 1) -> String {
    let text = number(value, decimals: decimals)
    guard let value, value > 0, text.contains(where: { ("1"..."9").contains($0) }) else {
      return text
    }
    return "+" + text
  }

  /// As many decimals as say something.
  package static func short(_ value: Double?) -> String {
    guard let value else { return none }
    let isWhole = value == value.rounded()
    return number(value, decimals: isWhole || value.magnitude >= 1_000 ? 0 : 2)
  }

  package static func count(_ value: Int) -> String {
    (value < 0 ? "−" : "") + grouped(UInt64(value.magnitude))
  }

  package static func percent(_ share: Double?, decimals: Int = 0) -> String {
    share.map { number($0 * 100, decimals: decimals) + " %" } ?? none
  }

  /// As `percent`, but never 100 % of what is only nearly certain.
  static func confidence(_ share: Double?) -> String {
    guard let share, share > 0.9999, share < 1 else { return percent(share, decimals: 2) }
    return "above 99.99 %"
  }

  /// A length of time in the unit that suits it: `68 ms`, `2.4 s`, `5 min`, `3.5 h`.
  static func duration(seconds: Double?) -> String {
    guard let seconds else { return none }
    return switch seconds.magnitude {
    case ..<1: number(seconds * 1_000, decimals: 0) + " ms"
    case ..<100: number(seconds) + " s"
    case ..<6_000: number(seconds / 60, decimals: 0) + " min"
    default: number(seconds / 3_600) + " h"
    }
  }

  /// `2026-01-31`, or with the time `2026-01-31 08:30` where it is not midnight.
  package static func time(_ time: EventTime?) -> String {
    guard let time else { return none }
    let text = time.description
    let date = String(text.prefix(10))
    return time.floor(to: .days(1)) == time ? date : date + " " + text.dropFirst(11).prefix(5)
  }

  /// The day alone.
  package static func date(_ time: EventTime) -> String { String(time.description.prefix(10)) }

  private static func grouped(_ value: UInt64) -> String {
    let digits = String(value)
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.append("\u{202F}") }
      result.append(digit)
    }
    return result
  }

  /// A round number above, for the top of an axis.
  package static func roundTop(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return 1 }
    var unit = 1.0
    while unit * 10 < value { unit *= 10 }
    while unit > value { unit /= 10 }
    return [1, 2, 4, 5, 8, 10].map { $0 * unit }.first { $0 >= value } ?? value
  }
}
