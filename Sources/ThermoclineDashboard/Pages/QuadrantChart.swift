/// Commitment × temperature, a dot for each account or cell of the grid.
enum QuadrantChart {
  private static let left = 44.0
  private static let top = 12.0
  private static let side = 400.0

  static func html(_ dots: [QuadrantDot]) -> HTML {
    let most = Double(dots.map(\.accounts).max() ?? 1)
    let marks: HTML = .each(dots) { dot in
      let radius = dot.id == nil ? 2.5 + 7 * (Double(dot.accounts) / most).squareRoot() : 4.5
      let place: HTML =
        "<circle class=\"dot \(Badge.bandClass(dot.band))\" cx=\"\(x(dot.commitment))\" cy=\"\(y(dot.temperature))\" r=\"\(Figure.plain(radius))\">"
      let at =
        "commitment \(Figure.number(dot.commitment)), temperature \(Figure.number(dot.temperature))"
      if let id = dot.id {
        return
          "<a href=\"/account?id=\(query: id)\">\(place)<title>\(ForeignName.visible(id)): \(at)</title></circle></a>"
      }
      return "\(place)<title>\(Figure.count(dot.accounts)) accounts near \(at)</title></circle>"
    }
    let middle = left + side / 2
    let centre = top + side / 2
    return """
      <svg class="chart quadrant" viewBox="0 0 456 450" role="img" aria-labelledby="q-title q-desc">
      <title id="q-title">Commitment and temperature</title>
      <desc id="q-desc">Each dot is an account. To the right those who pay and grow, to the top those who are active. The table of quadrants beside it has the same in numbers.</desc>
      <rect class="quad costly" x="\(left)" y="\(top)" width="\(side / 2)" height="\(side / 2)"/>
      <rect class="quad red-carpet" x="\(middle)" y="\(top)" width="\(side / 2)" height="\(side / 2)"/>
      <rect class="quad nurture" x="\(left)" y="\(centre)" width="\(side / 2)" height="\(side / 2)"/>
      <rect class="quad convert" x="\(middle)" y="\(centre)" width="\(side / 2)" height="\(side / 2)"/>
      <g class="axis" aria-hidden="true">\(ticks)
      <text class="axis-name" x="\(middle)" y="446" text-anchor="middle">Commitment</text>
      <text class="axis-name" x="12" y="\(centre)" text-anchor="middle" transform="rotate(-90 12 \(centre))">Temperature</text></g>
      \(marks)
      <g class="quad-name" aria-hidden="true"><text x="\(left + 10)" y="\(top + 20)">Costly</text>
      <text x="\(left + side - 10)" y="\(top + 20)" text-anchor="end">Red carpet</text>
      <text x="\(left + 10)" y="\(top + side - 10)">Nurture</text>
      <text x="\(left + side - 10)" y="\(top + side - 10)" text-anchor="end">Convert</text></g>
      </svg>
      """
  }

  private static var ticks: HTML {
    .each([0.0, 25, 50, 75, 100]) { value in
      """
      <text x="\(x(value))" y="428" text-anchor="middle">\(Int(value))</text>
      <text x="38" y="\(Figure.plain(top + side - value / 100 * side + 4))" text-anchor="end">\(Int(value))</text>
      """
    }
  }

  private static func x(_ points: Double) -> String {
    Figure.plain(left + min(max(points, 0), 100) / 100 * side)
  }
  private static func y(_ points: Double) -> String {
    Figure.plain(top + side - min(max(points, 0), 100) / 100 * side)
  }
}

extension HTML.Interpolation {
  /// A place in a drawing.
  mutating func appendInterpolation(_ value: Double) { appendInterpolation(Figure.plain(value)) }
}

extension Figure {
  /// A number for a machine: two decimals at most, a point, nothing else.
  static func plain(_ value: Double) -> String {
    let hundredths = Int64((value * 100).rounded())
    let text = "\(hundredths.magnitude / 100)"
    let rest = hundredths.magnitude % 100
    let sign = hundredths < 0 ? "-" : ""
    return rest == 0 ? sign + text : sign + text + (rest < 10 ? ".0" : ".") + "\(rest)"
  }
}
