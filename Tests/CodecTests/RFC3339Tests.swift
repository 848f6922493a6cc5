import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineCodec

@Suite struct RFC3339Tests {
  private func read(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    return RFC3339.time(in: bytes.span, 0..<bytes.count)?.milliseconds
  }

  /// The examples of RFC 3339, section 5.8, whose instants the RFC states.
  @Test func readsTheExamplesOfTheRFC() {
    #expect(read("1985-04-12T23:20:50.52Z") == 482_196_050_520)
    #expect(read("1996-12-19T16:39:57-08:00") == read("1996-12-20T00:39:57Z"))
    #expect(read("1990-12-31T23:59:60Z") == read("1990-12-31T23:59:59.999Z"))
    #expect(read("1990-12-31T15:59:60-08:00") == read("1990-12-31T23:59:59.999Z"))
    #expect(read("1937-01-01T12:00:27.87+00:20") == read("1937-01-01T11:40:27.870Z"))
  }

  @Test(arguments: [
    "2026-01-01", "2026-01-01T00:00:00", "2026-01-01T00:00Z", "2026-1-01T00:00:00Z",
    "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
    "2026-01-32T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
    "2026-01-01T00:00:61Z", "2026-01-01T12:00:60Z", "2026-01-01T23:59:60+01:00",
    "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00,5Z", "2026-01-01T00:00:00+24:00",
    "2026-01-01T00:00:00+00:60", "2026-01-01T00:00:00+0000", "2026-01-01T00:00:00ZZ",
    " 2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z ", "2026-01-01X00:00:00Z",
    "+026-01-01T00:00:00Z", "2026-01-01T00:00:00 Z", "", "Z", "2026-01-01T00:00:0éZ",
  ])
  func refuses(_ text: String) {
    #expect(read(text) == nil)
  }

  @Test func readsItsVariants() {
    let noon = read("2024-02-29T12:00:00Z")
    #expect(noon == 1_709_208_000_000)
    for text in [
      "2024-02-29t12:00:00z", "2024-02-29 12:00:00Z", "2024-02-29T12:00:00-00:00",
      "2024-02-29T12:00:00.0Z", "2024-02-29T12:00:00.0009999999999999999Z",
      "2024-03-01T11:59:00+23:59", "2024-02-28T12:01:00-23:59",
    ] {
      #expect(read(text) == noon, "\(text)")
    }
  }

  @Test func agreesWithFoundationsCalendar() {
    var random = SeededGenerator(seed: 3339)
    for _ in 0..<1_000 {
      func digits(_ limit: Int, _ width: Int) -> String {
        let text = String(Int.random(in: 0...limit, using: &random))
        return String(repeating: "0", count: max(0, width - text.count)) + text
      }
      let date =
        "\(digits(1_100, 2).isEmpty ? "" : "2")\(digits(999, 3))-\(digits(13, 2))-\(digits(32, 2))"
      let zone = ["Z", "+\(digits(24, 2)):\(digits(60, 2))", "-05:30"].randomElement(
        using: &random)!
      let text =
        "\(date)T\(digits(24, 2)):\(digits(60, 2)):\(digits(59, 2)).\(digits(99_999, 1))\(zone)"
      #expect(read(text) == FoundationReference.time(rfc3339: text), "\(text)")
    }
  }

  @Test func readsWhatIsPrintedAndPrintsAsFoundation() {
    var random = SeededGenerator(seed: 8601)
    let printer = ISO8601DateFormatter()
    printer.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
    for _ in 0..<500 {
      // 1583…9999: Foundation's formatter turns to the Julian calendar before.
      let time = EventTime(
        milliseconds: Int64.random(in: -12_212_553_600_000..<253_402_300_800_000, using: &random))
      let text = time.description
      let date = Date(timeIntervalSince1970: Double(time.milliseconds) / 1_000)
      #expect(text == printer.string(from: date))
      #expect(read(text) == time.milliseconds)
    }
    for text in ["0000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"] {
      #expect(read(text).map { EventTime(milliseconds: $0).description } == text)
    }
  }
}
