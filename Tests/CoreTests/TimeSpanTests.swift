import Testing
import ThermoclineCore
import ThermoclineTestKit

@Suite("Span of time")
struct TimeSpanTests {
  @Test(
    arguments: [
      ("7d", 604_800_000), ("90m", 5_400_000), ("250ms", 250), ("1h", 3_600_000), ("0s", 0),
      ("90s", 90_000),
      ("-1s", -1_000), ("-3d", -259_200_000), ("1500ms", 1_500), ("25h", 90_000_000),
    ] as [(String, Int64)])
  func textsSayTheSpan(_ text: String, _ milliseconds: Int64) {
    #expect(TimeSpan(text)?.milliseconds == milliseconds)
    #expect(TimeSpan(milliseconds: milliseconds).description == text)
  }

  /// The written unit divides the span and no larger one does; reading gives the span back.
  @Test func everySpanGoesToTextAndBack() throws {
    let seed: UInt64 = 0x5EED_0002
    var random = SeededGenerator(seed: seed)
    let units: KeyValuePairs<String, Int64> = [
      "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1,
    ]
    for _ in 0..<5_000 {
      let unit = try #require(units.randomElement(using: &random)).value
      let span = TimeSpan(milliseconds: .random(in: 1...5_000, using: &random) * unit)
      #expect(TimeSpan(span.description) == span, "seed \(seed)")
      let largest = units.first { span.milliseconds.isMultiple(of: $0.value) }
      #expect(span.description == largest.map { "\(span.milliseconds / $0.value)\($0.key)" })
    }
  }

  @Test(arguments: [
    "", "d", "7", "7 d", " 7d", "7d ", "7D", "1.5h", "1e3s", "+", "-", "--1s", "-d", "1-s", "7w",
    "7days", "ms",
    "1h30m", "9223372036854775807d", "99999999999999999999s", "٧d", "0x7s", "1µs",
  ])
  func anythingElseIsRefused(_ text: String) {
    #expect(TimeSpan(text) == nil)
  }

  @Test func spansAddAndCompare() {
    #expect(TimeSpan.days(1) == .hours(24))
    #expect(TimeSpan.hours(1) == .minutes(60))
    #expect(TimeSpan.minutes(1) == .seconds(60))
    #expect(TimeSpan.days(1) + .hours(1) == .hours(25))
    #expect(TimeSpan.days(1) - .hours(25) == .hours(1) * -1)
    #expect(TimeSpan.seconds(59) < .minutes(1))
    #expect(TimeSpan.hours(36).days == 1.5)
    #expect(EventTime(milliseconds: 5) + .seconds(1) - .seconds(2) == EventTime(milliseconds: -995))
    #expect(EventTime(milliseconds: 5) - EventTime(milliseconds: 7) == TimeSpan(milliseconds: -2))
  }
}
