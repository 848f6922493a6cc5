package import ThermoclineCore

/// The days a report is about: whole days UTC, the last one exclusive.
package struct ReportPeriod: Sendable, Equatable {
  package let from: EventTime
  package let to: EventTime

  /// Figures of use are of four weeks.
  static let block = TimeSpan.days(28)

  package init(from: EventTime, to: EventTime) throws(JobFailure) {
    self.from = from.floor(to: .days(1))
    self.to = to.floor(to: .days(1))
    guard self.to - self.from >= Self.block else {
      throw JobFailure(
        .usage,
        "--from \(PlainDate.short(from)) --to \(PlainDate.short(to)): a report is about four weeks or more; "
          + "--to is the day after the last one")
    }
    guard self.to - self.from <= .days(3_660) else {
      throw JobFailure(
        .usage, "--from … --to …: a report is about ten years at most; set them closer together")
    }
  }

  /// The midnights at the end of each whole four weeks up to `end`, oldest first.
  func blockEnds(upTo end: EventTime) -> [EventTime] {
    let count = max(1, (end - from).milliseconds / Self.block.milliseconds)
    return (0..<count).reversed().map { end - Self.block * $0 }
  }

  /// Midnights a week apart up to `end`, oldest first.
  func weekEnds(upTo end: EventTime) -> [EventTime] {
    let count = max(0, (end - from).milliseconds / TimeSpan.days(7).milliseconds)
    return (0...count).reversed().map { end - TimeSpan.days(7) * $0 }
  }
}

/// Dates as a letter has them.
enum PlainDate {
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October",
    "November", "December",
  ]

  static func short(_ time: EventTime) -> String { String(time.description.prefix(10)) }

  /// `31 March 2026`
  static func long(_ time: EventTime) -> String {
    let parts = short(time).split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3, months.indices.contains(parts[1] - 1) else { return short(time) }
    return "\(parts[2]) \(months[parts[1] - 1]) \(parts[0])"
  }

  /// The last day before a midnight.
  static func lastDay(before midnight: EventTime) -> String { long(midnight - .days(1)) }
}
