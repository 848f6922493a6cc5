import Foundation
import Testing
import ThermoclineCore

@testable import Thermocline

@Suite("Dates of profiles")
struct ProfileDateTests {
  @Test(arguments: [
    "2025-09-01T08:30:00Z", "2024-02-29T23:59:59Z", "2000-01-01T00:00:00+14:00",
    "1999-12-31T12:00:00-11:30", "2025-09-01t08:30:00z",
  ])
  func timesAgreeWithFoundation(_ text: String) throws {
    let expected = try #require(ISO8601DateFormatter().date(from: text.uppercased()))
    let time = try #require(ProfileDate.time(text))
    #expect(time.milliseconds == Int64(expected.timeIntervalSince1970) * 1_000)
  }

  @Test func fractionsKeepMilliseconds() {
    #expect(ProfileDate.time("1970-01-01T00:00:00.5Z")?.milliseconds == 500)
    #expect(ProfileDate.time("1970-01-01T00:00:01.0239999Z")?.milliseconds == 1_023)
  }

  @Test(arguments: [
    "", "2025-9-1", "2025-02-29", "1900-02-29", "2025-13-01", "2025-00-10", "2025-04-31",
    "2025-09-01T", "2025-09-01T08:30Z", "2025-09-01T24:00:00Z", "2025-09-01T08:30:00",
    "2025-09-01T08:30:00.Z", "2025-09-01T08:30:00Zx", "2025-09-01T08:30:00+2", "01.09.2025",
    "٢٠٢٥-09-01",
  ])
  func anythingElseIsNone(_ text: String) { #expect(ProfileDate.time(text) == nil) }
}
