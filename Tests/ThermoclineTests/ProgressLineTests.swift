import Testing

@testable import Thermocline

@Suite("Progress and figures")
struct ProgressLineTests {
  private func text(
    _ unit: ProgressLine.Unit, _ done: Int, _ total: Int?, seconds: UInt64, columns: Int = 100
  ) -> String {
    ProgressLine(
      name: "replay", unit: unit, done: done, total: total,
      elapsedNanoseconds: seconds * 1_000_000_000
    ).line(columns: columns).rendered(colours: false)
  }

  @Test func aKnownEndHasBarRateAndTimeLeft() {
    #expect(
      text(.bytes, 500_000_000, 2_000_000_000, seconds: 10)
        == "replay  ━━━━━━──────────────────   25 %  500.0 MB of 2.0 GB  50.0 MB/s  0:30 left")
    #expect(
      text(.events, 4_000, 4_000, seconds: 61)
        == "replay  ━━━━━━━━━━━━━━━━━━━━━━━━  100 %  4,000 events of 4,000 events  65 events/s  1:01"
    )
  }

  @Test func anUnknownEndHasTimeGone() {
    #expect(
      text(.events, 1_234_567, nil, seconds: 3_723)
        == "replay  1,234,567 events  331 events/s  1:02:03")
    #expect(text(.events, 0, nil, seconds: 0) == "replay  0 events  0 events/s  0:00")
    #expect(text(.bytes, 0, 100, seconds: 5).hasSuffix("0 B of 100 B  0 B/s  0:05"))
  }

  @Test func theWidthIsKept() {
    for columns in 0...90 {
      let line = text(.bytes, 1, 3, seconds: 1, columns: columns)
      #expect(line.unicodeScalars.count <= columns)
    }
  }

  @Test func figures() {
    #expect(
      [0, 999, 1_000, -1_234_567].map(FigureText.grouped) == ["0", "999", "1,000", "-1,234,567"])
    #expect(
      [0, 999, 1_000, 999_949, 999_950].map(FigureText.bytes) == [
        "0 B", "999 B", "1.0 kB", "999.9 kB", "1.0 MB",
      ])
    #expect(
      [0.04, -0.05, 12.25, .infinity].map(FigureText.decimal) == ["0.0", "-0.1", "12.3", "?"])
    #expect([-1, 0.999, 2, .nan].map(FigureText.percent) == ["0 %", "99 %", "100 %", "0 %"])
  }
}
