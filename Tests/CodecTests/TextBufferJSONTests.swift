import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineCodec

/// What is written straight into a text against what the writer writes.
@Suite struct TextBufferJSONTests {
  private func written(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test(arguments: 1...10)
  func readableNumbers(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var numbers = [
      0, -0.0, 0.5e-6, 1.5e-6, 2.5e-6, -0.5e-6, 999_999_999.999_999_5, 1e9, -1e9, 1e15, 9.1e15,
      1e300,
    ]
    for _ in 0..<500 {
      let size = Double.random(in: -9...12, using: &random)
      var power = 1.0
      for _ in 0..<Int(abs(size)) { power *= size < 0 ? 0.1 : 10 }
      numbers.append(Double.random(in: -power...power, using: &random))
    }
    for number in numbers {
      var text = TextBuffer()
      text.append(readable: number)
      let found = text.string
      #expect(found == written { $0.readable(number) }, "seed \(seed), \(number)")
    }
    var text = TextBuffer()
    text.append(readable: nil)
    let none = text.string
    #expect(none == "null")
  }

  @Test func everyCharacterIsQuotedAlike() {
    for scalar in (0...0x2FF).compactMap({ Unicode.Scalar($0 as UInt32) }) + ["🌡", "\u{2028}"] {
      var text = TextBuffer()
      text.append("[")
      text.append(quoted: "x\(Character(scalar))y")
      let found = text.string
      #expect(found == "[" + written { $0.value("x\(Character(scalar))y") })
    }
  }
}
