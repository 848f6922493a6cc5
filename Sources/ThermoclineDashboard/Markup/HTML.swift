internal import ThermoclineCore

/// HTML that is safe to send: what is put into a literal of it is escaped, unless it is HTML itself.
package struct HTML: ExpressibleByStringInterpolation, Sendable {
  package private(set) var text: String

  package init(stringLiteral text: String) { self.text = text }
  package init(stringInterpolation: Interpolation) { text = stringInterpolation.text }
  package init(_ parts: [HTML]) { text = parts.map(\.text).joined() }

  package static let none: HTML = ""

  /// Each element's HTML, one after the other.
  package static func each<Element>(_ elements: some Sequence<Element>, _ body: (Element) -> HTML)
    -> HTML
  {
    HTML(elements.map(body))
  }

  package struct Interpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    package init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity * 2)
    }
    package mutating func appendLiteral(_ literal: String) { text += literal }
    package mutating func appendInterpolation(_ html: HTML) { text += html.text }
    package mutating func appendInterpolation(_ value: String) { text += HTML.escaped(value) }
    package mutating func appendInterpolation(_ value: Int) { text += "\(value)" }
    /// A name from outside: kept from turning the text around it, what cannot be seen shown as its code, and cut.
    package mutating func appendInterpolation(name: String) { text += ForeignName.html(name) }
    /// The same for a sentence, which may be longer.
    package mutating func appendInterpolation(sentence: String) {
      text += ForeignName.html(sentence, max: ForeignName.sentenceMax)
    }
    /// A value of a URL's query.
    package mutating func appendInterpolation(query value: String) {
      text += value.percentEncoded
    }
  }

  /// For text and for attributes in double quotes.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
