/// A name that came from outside, made fit to stand in a page.
package enum ForeignName {
  /// Characters shown of a name; the rest is cut.
  package static let nameMax = 96
  /// Of a sentence.
  static let sentenceMax = 600

  static func html(_ name: String, max: Int = nameMax) -> String {
    "<bdi>\(HTML.escaped(visible(name, max: max)))</bdi>"
  }

  /// The name with what cannot be seen or turns text around shown as its code, and cut when it is long.
  package static func visible(_ name: String, max: Int = nameMax) -> String {
    if name.isEmpty { return "(empty)" }
    var result = ""
    for (count, scalar) in name.unicodeScalars.enumerated() {
      if count == max { return result + "…" }
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
        result += "⟨" + String(scalar.value, radix: 16, uppercase: true) + "⟩"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Percent-encoded for a query.
  static func percent(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."), UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }
}
