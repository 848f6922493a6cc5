/// Small marks that several pages show.
package enum Badge {
  /// A band, told by its word and not by its colour alone.
  package static func band(_ name: String?) -> HTML {
    guard let name else { return "<span class=\"badge\">no score</span>" }
    return "<span class=\"badge \(bandClass(name))\">\(name: name)</span>"
  }

  /// The class that colours a band; bands of other names have one colour.
  package static func bandClass(_ name: String?) -> String {
    switch name {
    case "red", "yellow", "green": "band-" + name!
    default: "band-other"
    }
  }

  static func severity(_ name: String) -> HTML {
    let style = ["critical", "error", "warning", "info"].contains(name) ? name : "info"
    return "<span class=\"badge severity-\(style)\">\(name)</span>"
  }

  static func quadrant(_ name: String?) -> String {
    switch name {
    case "red_carpet": "red carpet"
    case let name?: name
    case nil: Figure.none
    }
  }

  static func account(_ id: String) -> HTML {
    if id.isEmpty { return "<span>all accounts</span>" }
    return "<a href=\"/account?id=\(query: id)\">\(name: id)</a>"
  }

  /// A number whose sign has a colour.
  static func change(_ value: Double?) -> HTML {
    let style = (value ?? 0) > 0.05 ? "up" : (value ?? 0) < -0.05 ? "down" : "flat"
    return "<span class=\"\(style)\">\(Figure.signed(value))</span>"
  }
}
