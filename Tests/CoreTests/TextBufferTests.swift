import Testing
import ThermoclineCore
import ThermoclineTestKit

@Suite struct TextBufferTests {
  /// Pieces of every kind against a String that is put together from the same.
  @Test(arguments: 1...20)
  func textIsWhatWasAppended(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var text = TextBuffer(capacity: 1)
    var expected = ""
    for _ in 0..<200 {
      switch Int.random(in: 0..<5, using: &random) {
      case 0:
        text.append("é,x")
        expected += "é,x"
      case 1:
        let piece = String(repeating: "ß", count: Int.random(in: 0...40, using: &random))
        text.append(text: piece)
        expected += piece
      case 2:
        text.append(UInt8(ascii: "-"))
        expected += "-"
      case 3:
        var other = TextBuffer()
        other.append("0123456789")
        text.append(2..<7, of: other)
        expected += "23456"
      default:
        let number =
          Int64.random(in: .min ... .max, using: &random)
          >> Int64.random(
            in: 0..<63, using: &random)
        text.append(decimal: number, places: 0)
        expected += "\(number)"
      }
    }
    let (found, count) = (text.string, text.count)
    #expect(found == expected && count == expected.utf8.count, "seed \(seed)")
    text.truncate(to: 3)
    text.append("!")
    let rest = text.count
    #expect(rest == 4)
    text.clear()
    let none = text.string
    #expect(none.isEmpty)
  }

  @Test(
    arguments: [
      (0, 6, "0"), (1, 6, "0.000001"), (-1, 4, "-0.0001"), (10_000, 4, "1"), (10_500, 4, "1.05"),
      (123_456, 4, "12.3456"), (.max, 0, "9223372036854775807"), (.min, 0, "-9223372036854775808"),
      (.min, 4, "-922337203685477.5808"), (.max, 18, "9.223372036854775807"), (-120, 1, "-12"),
      (999_999, 6, "0.999999"), (1_000_000, 6, "1"), (7, 2, "0.07"),
    ] as [(Int64, Int, String)])
  func decimalsAreExact(_ units: Int64, _ places: Int, _ expected: String) {
    var text = TextBuffer()
    text.append(decimal: units, places: places)
    let found = text.string
    #expect(found == expected)
  }

  /// Every length and every sum of places against the digits of a String.
  @Test(arguments: 0...18)
  func decimalsOfAnyPlaces(places: Int) {
    var random = SeededGenerator(seed: UInt64(places))
    for _ in 0..<2_000 {
      // Every number of digits, and zeros at the end as often as not.
      var units =
        Int64.random(in: .min ... .max, using: &random) >> Int64.random(in: 0..<63, using: &random)
      if Bool.random(using: &random),
        let round = [10, 100, 10_000, 1_000_000 as Int64].randomElement(using: &random)
      {
        units -= units % round
      }
      var digits = String(units.magnitude)
      digits = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
      var fraction = String(digits.suffix(places))
      while fraction.last == "0" { fraction.removeLast() }
      let expected =
        (units < 0 ? "-" : "") + digits.dropLast(places) + (fraction.isEmpty ? "" : "." + fraction)
      var text = TextBuffer(capacity: 1)
      text.append(decimal: units, places: places)
      let found = text.string
      #expect(found == expected, "\(units) with \(places) places")
    }
  }

  @Test func escapesAreSeen() {
    for byte in UInt8(0)...127 {
      var text = TextBuffer()
      text.append("\"é")
      text.append(byte)
      let needed = text.needsEscape(from: 1)
      let special = byte < 32 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
      #expect(needed == special)
      // Wherever it stands among many.
      for before in 0..<40 {
        var text = TextBuffer()
        text.append(text: String(repeating: "é", count: 9))
        text.append(text: String(repeating: " ", count: before))
        text.append(byte)
        text.append(text: String(repeating: "~", count: 39 - before))
        let (needed, after) = (text.needsEscape(from: 0), text.needsEscape(from: 19 + before))
        #expect(needed == special && !after, "\(byte) after \(before)")
      }
    }
  }
}
