/// RFC 3339 in UTC with milliseconds, the form of every time that leaves the job.
/// Calendar arithmetic after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"
/// (days_from_civil / civil_from_days): proleptic Gregorian calendar, years counted from March.
extension EventTime: CustomStringConvertible {
  /// For example `2026-01-01T12:00:00.000Z`. Years outside 0…9999 do not occur in accepted events; what lies
  /// outside is shown as the nearest time that can be written.
  public var description: String {
    String(decoding: rfc3339, as: UTF8.self)
  }

  /// The same as 24 ASCII bytes.
  public var rfc3339: [UInt8] {
    // 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z.
    let first: Int64 = -62_167_219_200_000
    let last: Int64 = 253_402_300_799_999
    guard (first...last).contains(milliseconds) else {
      return EventTime(milliseconds: milliseconds < first ? first : last).rfc3339
    }
    let (y, m, d) = civilDate
    let ms = Int(milliseconds - floor(to: .days(1)).milliseconds)
    var out: [UInt8] = []
    out.reserveCapacity(24)
    func digits(_ n: Int, _ width: Int, _ end: Character) {
      var divisor = 1
      for _ in 1..<width { divisor *= 10 }
      while divisor > 0 {
        out.append(48 + UInt8(n / divisor % 10))
        divisor /= 10
      }
      out.append(end.asciiValue!)
    }
    digits(y, 4, "-")
    digits(m, 2, "-")
    digits(d, 2, "T")
    digits(ms / 3_600_000, 2, ":")
    digits(ms / 60_000 % 60, 2, ":")
    digits(ms / 1_000 % 60, 2, ".")
    digits(ms % 1_000, 3, "Z")
    return out
  }

  /// Year, month 1…12, day 1…31, UTC.
  public var civilDate: (year: Int, month: Int, day: Int) {
    let z = Int(floor(to: .days(1)).milliseconds / 86_400_000) + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1
    )
  }

  /// Midnight UTC of a date of the proleptic Gregorian calendar. The date is taken as valid.
  public init(year: Int, month: Int, day: Int) {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    self.init(milliseconds: Int64(era * 146_097 + dayOfEra - 719_468) * 86_400_000)
  }
}
