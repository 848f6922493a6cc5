package import ThermoclineCore

/// A chart over time: lines or stacked areas, and marks.
package struct TimeChart {
  /// A value at a time, nil = a gap.
  package struct Series {
    var style: String
    var points: [(at: EventTime, value: Double?)]

    package init(style: String, points: [(at: EventTime, value: Double?)]) {
      self.style = style
      self.points = points
    }
  }
  struct Mark {
    var at: EventTime
    var style: String
    var title: String
  }

  var id: String
  var title: String
  var description: String
  /// Drawn one over the other; of areas, each from the one before to its own sum.
  var series: [Series]
  var isStacked: Bool
  var marks: [Mark] = []
  var top: Double
  var unit: String
  /// Of its drawing, which is scaled to the room there is.
  var width: Double
  var height: Double

  private static let left = 54.0
  private static let right = 12.0
  private static let upper = 14.0
  private static let lower = 26.0

  package init(
    id: String, title: String, description: String, series: [Series], isStacked: Bool = false,
    top: Double = 100, unit: String = "", width: Double = 520, height: Double = 200
  ) {
    self.id = id
    self.title = title
    self.description = description
    self.series = series
    self.isStacked = isStacked
    self.top = top
    self.unit = unit
    self.width = width
    self.height = height
  }

  private var span: (first: EventTime, last: EventTime)? {
    let times = series.flatMap { $0.points.map(\.at) } + marks.map(\.at)
    guard let first = times.min(), let last = times.max() else { return nil }
    return (first, last)
  }

  package var html: HTML {
    guard let span, series.contains(where: { $0.points.contains { $0.value != nil } }) else {
      return "<p class=\"empty\">Nothing to draw yet.</p>"
    }
    let length = max(Double((span.last - span.first).milliseconds), 1)
    func x(_ time: EventTime) -> Double {
      Self.left + Double((time - span.first).milliseconds) / length
        * (width - Self.left - Self.right)
    }
    func y(_ value: Double) -> Double {
      Self.upper + (1 - min(max(value / top, 0), 1)) * (height - Self.upper - Self.lower)
    }
    let middle = EventTime(
      milliseconds: span.first.milliseconds + (span.last - span.first).milliseconds / 2)
    let drawn: HTML = isStacked ? areas(x, y) : lines(x, y)
    return """
      <svg class="chart\(width > 600 ? " wide" : "")" viewBox="0 0 \(width) \(height)" role="img" aria-labelledby="\(id)-title \(id)-desc">
      <title id="\(id)-title">\(title)</title><desc id="\(id)-desc">\(description)</desc>
      <g class="axis" aria-hidden="true">\(grid(y))
      <text x="\(Self.left)" y="\(height - 6)">\(Figure.date(span.first))</text>
      <text x="\((Self.left + width - Self.right) / 2)" y="\(height - 6)" text-anchor="middle">\(Figure.date(middle))</text>
      <text x="\(width - Self.right)" y="\(height - 6)" text-anchor="end">\(Figure.date(span.last))</text></g>
      \(drawn)
      \(HTML.each(marks) { mark in
        """
        <g class="mark \(mark.style)"><line x1="\(x(mark.at))" y1="\(Self.upper)" x2="\(x(mark.at))" y2="\(height - Self.lower)"/>
        <circle cx="\(x(mark.at))" cy="\(Self.upper + 4)" r="5"><title>\(mark.title)</title></circle></g>
        """
      })
      </svg>
      """
  }

  private func grid(_ y: (Double) -> Double) -> HTML {
    .each([0, 0.25, 0.5, 0.75, 1]) { part in
      let at = y(top * part)
      let label = Figure.compact(top * part) + unit
      return """
        <line x1="\(Self.left)" x2="\(width - Self.right)" y1="\(at)" y2="\(at)"/>
        <text x="\(Self.left - 6)" y="\(at + 4)" text-anchor="end">\(label)</text>
        """
    }
  }

  private func lines(_ x: (EventTime) -> Double, _ y: (Double) -> Double) -> HTML {
    .each(series) { series in
      var path = ""
      var isOpen = false
      for point in series.points {
        guard let value = point.value else {
          isOpen = false
          continue
        }
        path += (isOpen ? "L" : "M") + Figure.plain(x(point.at)) + " " + Figure.plain(y(value))
        isOpen = true
      }
      return "<path class=\"line \(series.style)\" d=\"\(path)\"/>"
    }
  }

  private func areas(_ x: (EventTime) -> Double, _ y: (Double) -> Double) -> HTML {
    var base = series.first?.points.map { _ in 0.0 } ?? []
    return .each(series) { series in
      let values = zip(series.points, base).map { ($0.at, ($0.value ?? 0) + $1) }
      let upper = values.map { Figure.plain(x($0.0)) + " " + Figure.plain(y($0.1)) }
      let lower = zip(series.points, base).reversed().map {
        Figure.plain(x($0.at)) + " " + Figure.plain(y($1))
      }
      base = values.map(\.1)
      let path = "M" + (upper + lower).joined(separator: "L") + "Z"
      return "<path class=\"area \(series.style)\" d=\"\(path)\"/>"
    }
  }
}

extension Figure {
  /// A large number in few characters.
  static func compact(_ value: Double) -> String {
    switch value.magnitude {
    case 1e9...: short(value / 1e9, "G")
    case 1e6...: short(value / 1e6, "M")
    case 1e4...: short(value / 1e3, "k")
    default: number(value, decimals: value == value.rounded() ? 0 : 1)
    }
  }

  private static func short(_ value: Double, _ unit: String) -> String {
    number(value, decimals: value.magnitude < 100 && value != value.rounded() ? 1 : 0) + " " + unit
  }
}
