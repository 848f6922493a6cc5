import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit

/// Foundation is the reference: its formatter for RFC 3339, its Gregorian calendar in UTC for dates.
@Suite("Event time")
struct EventTimeTests {
  private static let seed: UInt64 = 0x5EED_0001
  /// 1970-01-01 and 2401-01-01, in milliseconds.
  private static let range: Range<Int64> = 0..<13_601_088_000_000

  private var calendar: Calendar {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    return calendar
  }

  @Test func rfc3339AgreesWithFoundation() {
    var random = SeededGenerator(seed: Self.seed)
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    for _ in 0..<5_000 {
      // Whole seconds go through Foundation's floating-point dates exactly; the milliseconds are set apart.
      let seconds = Int64.random(in: Self.range, using: &random) / 1_000
      let milliseconds = Int64.random(in: 0...999, using: &random)
      let whole = Date(timeIntervalSince1970: Double(seconds)).formatted(style)
      let fraction = String(String(1_000 + milliseconds).dropFirst())
      let expected = whole.dropLast(4) + fraction + "Z"
      let time = EventTime(milliseconds: seconds * 1_000 + milliseconds)
      #expect(time.description == expected, "seed \(Self.seed)")
      #expect(String(decoding: time.rfc3339, as: UTF8.self) == expected)
    }
  }

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (1, "1970-01-01T00:00:00.001Z"),
      (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (1_767_225_600_123, "2026-01-01T00:00:00.123Z"),
      (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
      (13_601_087_999_999, "2400-12-31T23:59:59.999Z"), (-1, "1969-12-31T23:59:59.999Z"),
    ] as [(Int64, String)])
  func edgesOfDaysAndLeapYears(_ milliseconds: Int64, _ text: String) {
    // The texts are those of `date -u -d @… +%FT%T.%3NZ`.
    #expect(EventTime(milliseconds: milliseconds).description == text)
  }

  /// Every day of the years 1970 to 2400.
  @Test func civilDatesGoThereAndBackAsInFoundation() {
    let calendar = calendar
    var differing = 0
    for day in 0..<(Self.range.upperBound / 86_400_000) {
      let date = Date(timeIntervalSince1970: Double(day) * 86_400)
      let parts = calendar.dateComponents([.year, .month, .day], from: date)
      let noon = EventTime(milliseconds: day * 86_400_000 + 43_200_000).civilDate
      let midnight = EventTime(year: noon.year, month: noon.month, day: noon.day)
      if noon.year != parts.year || noon.month != parts.month || noon.day != parts.day
        || midnight.milliseconds != day * 86_400_000
      {
        differing += 1
      }
    }
    #expect(differing == 0)
  }

  @Test func boundariesAreTheGreatestMultiplesNotAfter() {
    var random = SeededGenerator(seed: Self.seed)
    for _ in 0..<1_000 {
      let time = EventTime(milliseconds: .random(in: -1_000_000...1_000_000, using: &random))
      let slide = TimeSpan(milliseconds: .random(in: 1...5_000, using: &random))
      let boundary = time.floor(to: slide)
      #expect(boundary.milliseconds.isMultiple(of: slide.milliseconds), "seed \(Self.seed)")
      #expect(boundary <= time && time < boundary + slide)
    }
  }

  @Test func nothingLiesBeyondTheDistantTimes() {
    #expect(EventTime.distantPast < Limits.eventTimeMin)
    #expect(EventTime(year: 9_999, month: 12, day: 31) < .distantFuture)
    #expect(EventTime(year: 2000, month: 1, day: 1) == Limits.eventTimeMin)
  }

  @Test func timesThatCannotBeWrittenAreShownAsTheNearest() {
    #expect(EventTime.distantPast.description == "0000-01-01T00:00:00.000Z")
    #expect(EventTime.distantFuture.description == "9999-12-31T23:59:59.999Z")
  }
}
