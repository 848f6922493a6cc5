/// HTML that is safe to send: what is put into a literal of it is escaped, unless it is HTML itself.
struct HTML: ExpressibleByStringInterpolation, Sendable {
  private(set) var text: String

  init(stringLiteral text: String) { self.text = text }
  init(stringInterpolation: Interpolation) { text = stringInterpolation.text }
  init(_ parts: [HTML]) { text = parts.map(\.text).joined() }

  static let none: HTML = ""

  /// Each element's HTML, one after the other.
  static func each<Element>(_ elements: some Sequence<Element>, _ body: (Element) -> HTML) -> HTML {
    HTML(elements.map(body))
  }

  struct Interpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity * 2)
    }
    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ html: HTML) { text += html.text }
    mutating func appendInterpolation(_ value: String) { text += HTML.escaped(value) }
    mutating func appendInterpolation(_ value: Int) { text += "\(value)" }
    /// A name from outside: kept from turning the text around it, what cannot be seen shown as its code, and cut.
    mutating func appendInterpolation(name: String) { text += ForeignName.html(name) }
    /// The same for a sentence, which may be longer.
    mutating func appendInterpolation(sentence: String) {
      text += ForeignName.html(sentence, max: ForeignName.sentenceMax)
    }
    /// A value of a URL's query.
    mutating func appendInterpolation(query value: String) { text += ForeignName.percent(value) }
  }

  /// For text and for attributes in double quotes.
  static func escaped(_ text: String) -> String {
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
