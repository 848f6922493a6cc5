internal import ThermoclineCore

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
      if scalar.isHidden {
        result += "⟨" + String(scalar.value, radix: 16, uppercase: true) + "⟩"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
