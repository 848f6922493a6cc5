import Foundation
import Testing
import ThermoclineTestKit

@testable import ThermoclineCodec

@Suite struct DecimalNumberTests {
  private func units(_ text: String, places: Int = 6) -> Int64? {
    DecimalNumber(json: text)?.units(places: places)
  }

  @Test(arguments: [
    ("0", 0), ("-0", 0), ("0e999999999999999999999", 0), ("1", 1_000_000), ("-1.5", -1_500_000),
    ("0.0000005", 0), ("0.0000015", 2), ("0.0000025", 2), ("-0.0000015", -2),
    ("0.00000050000000000000000000000000001", 1), ("0.0000005000000000000000000000000000", 0),
    ("0.00000149999999999999999999999999999", 1), ("1e-7", 0), ("5e-7", 0), ("6e-7", 1),
    ("1e3", 1_000_000_000), ("1E+3", 1_000_000_000), ("1000e-3", 1_000_000),
    ("0.000000000000000000000000000001e30", 1_000_000), ("1e-999999999999999999999", 0),
    ("999999999.9999995", 1_000_000_000_000_000), ("999999999.9999994", 999_999_999_999_999),
    ("123456789.0000005000000000000000001", 123_456_789_000_001),
    ("1000000000", 1_000_000_000_000_000), ("999999999999.999999", 999_999_999_999_999_999),
  ])
  func roundsTiesToEven(_ text: String, _ expected: Int64) {
    #expect(units(text) == expected)
  }

  @Test(arguments: [
    "1e12", "-1e12", "1e400", "123456789012345678901234567890", "1e999999999999999",
  ])
  func isNilBeyondItsRange(_ text: String) {
    #expect(units(text) == nil)
  }

  @Test(arguments: ["", "-", "01", ".5", "1.", "1e", "+1", "NaN", "0x1", "1 ", "--1", "1e+"])
  func refusesWhatIsNoJSONNumber(_ text: String) {
    #expect(DecimalNumber(json: text) == nil)
  }

  @Test func integersAreExactOrNil() {
    #expect(DecimalNumber(json: "1767225600123")?.integer == 1_767_225_600_123)
    #expect(DecimalNumber(json: "1.767225600123e12")?.integer == 1_767_225_600_123)
    #expect(DecimalNumber(json: "-5.0")?.integer == -5)
    #expect(DecimalNumber(json: "5.1")?.integer == nil)
    #expect(DecimalNumber(json: "5.00000000000000000000000000001")?.integer == nil)
    #expect(DecimalNumber(json: "1e18")?.integer == nil)
  }

  @Test(arguments: [11, 12]) func randomNumbersRoundAsFoundationsDecimal(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<2_000 {
      let whole = String(UInt64.random(in: 0...999_999_999, using: &random))
      let digits = Int.random(in: 1...20, using: &random)
      let fraction = (0..<digits).map { _ in
        // Many fives and zeros, so that ties come up.
        String([5, 0, 0, Int.random(in: 0...9, using: &random)].randomElement(using: &random)!)
      }.joined()
      let text = (Bool.random(using: &random) ? "-" : "") + whole + "." + fraction
      let expected = FoundationReference.micros(try #require(Decimal(string: text)))
      #expect(units(text) == expected, "\(text)")
    }
  }
}
