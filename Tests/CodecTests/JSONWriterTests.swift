import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineCodec

@Suite struct JSONWriterTests {
  private func written(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test func separatesMembersAndElements() {
    let text = written { writer in
      writer.beginObject()
      writer.key("a")
      writer.beginArray()
      writer.value(Int64.min)
      writer.value(true)
      writer.beginObject()
      writer.endObject()
      writer.null()
      writer.endArray()
      writer.key("b" + "\"")
      writer.value(nil as String?)
      writer.endObject()
      writer.endLine()
      writer.value(Int64(0))
    }
    #expect(text == "{\"a\":[-9223372036854775808,true,{},null],\"b\\\"\":null}\n0")
  }

  @Test func everyScalarComesBackFromFoundation() throws {
    let scalars =
      (0...0x2FF).compactMap { Unicode.Scalar($0 as UInt32) } + ["\u{2028}", "🌡", "\u{FFFF}"]
    for scalar in scalars {
      let text = "x\(Character(scalar))y"
      let json = written { $0.value(text) }
      let back = try JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed)
      #expect(
        (back as? String)?.unicodeScalars.elementsEqual(text.unicodeScalars) == true, "\(json)")
    }
  }

  @Test(arguments: [
    (614_000, "61.4"), (1_000_000, "100"), (1, "0.0001"), (0, "0"), (-31_000, "-3.1"),
    (-1, "-0.0001"), (123_456, "12.3456"), (10_010, "1.001"), (Int64.min, "-922337203685477.5808"),
  ])
  func pointsAreExact(units: Int64, expected: String) {
    #expect(written { $0.value(Points(tenThousandths: units)) } == expected)
  }

  @Test(arguments: [
    (0.0, "0"), (-0.0, "0"), (1.0, "1"), (0.1, "0.1"), (-2.5, "-2.5"), (1e15, "1000000000000000"),
    (1e16, "1e+16"), (2.2250738585072014e-308, "2.2250738585072014e-308"),
    (1.7976931348623157e308, "1.7976931348623157e+308"),
  ])
  func doublesAreShortest(number: Double, expected: String) {
    #expect(written { $0.value(number) } == expected)
  }

  @Test func doublesComeBackExactly() {
    var random = SeededGenerator(seed: 754)
    for _ in 0..<2_000 {
      let number = Double(bitPattern: random.next())
      guard number.isFinite else { continue }
      // strtod is the C library's own reading of decimal text.
      let text = written { $0.value(number) }
      // SAFETY: the text is passed as a C string that lives for the call.
      let back = unsafe strtod(text, nil)
      #expect(back == number)
    }
  }

  @Test(arguments: [
    (0.37099999999999994, "0.371"), (412.0, "412"), (1.0 / 3, "0.333333"), (2.5e-7, "0"),
    (7.5e-7, "0.000001"), (-4.2, "-4.2"), (999_999_999.123456, "999999999.123456"),
    (1e12, "1000000000000"),
  ])
  func readableNumbersHaveSixDecimalsAtMost(number: Double, expected: String) {
    #expect(written { $0.readable(number) } == expected)
  }

  @Test func timesAreRFC3339() {
    #expect(
      written { $0.value(EventTime(milliseconds: 1_767_268_800_000)) }
        == "\"2026-01-01T12:00:00.000Z\"")
    #expect(written { $0.value(nil as EventTime?) } == "null")
  }

  @Test func aClearedWriterStartsAnew() {
    var writer = JSONWriter()
    writer.value(true)
    writer.clear()
    writer.value(false)
    #expect(writer.bytes == Array("false".utf8))
  }
}
