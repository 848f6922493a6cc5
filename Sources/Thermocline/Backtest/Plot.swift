/// One plot as SVG, x from 0 to 1; colours are the page's classes.
struct Plot {
  private static let width = 480.0
  private static let height = 320.0
  private static let left = 52.0
  private static let right = 12.0
  private static let top = 10.0
  private static let bottom = 28.0

  private let y: ClosedRange<Double>
  private var parts: [String] = []

  /// Draws the grid: a line and its number every `yStep` from the lower end of `y`.
  init(y: ClosedRange<Double>, yStep: Double) {
    self.y = y
    let steps = Int(((y.upperBound - y.lowerBound) / yStep).rounded())
    for step in 0...max(steps, 1) {
      let value = y.lowerBound + Double(step) * yStep
      line([(0, value), (1, value)], style: "grid")
      parts.append(
        "<text x=\"\(Self.number(Self.left - 6))\" y=\"\(Self.number(place(value) + 4))\" "
          + "text-anchor=\"end\">\(BacktestText.three(value))</text>")
    }
  }

  mutating func line(_ points: [(Double, Double)], style: String) {
    let list = points.map { "\(Self.number(across($0.0))),\(Self.number(place($0.1)))" }
    parts.append("<polyline class=\"\(style)\" points=\"\(list.joined(separator: " "))\"/>")
  }

  mutating func dot(_ x: Double, _ value: Double, style: String) {
    parts.append(
      "<circle class=\"\(style)\" cx=\"\(Self.number(across(x)))\" "
        + "cy=\"\(Self.number(place(value)))\" r=\"4\"/>")
  }

  /// From the lower end of `y` up to `height`.
  mutating func bar(_ x: Double, width: Double, height: Double, style: String) {
    guard height.isFinite else { return }
    let (from, to) = (across(x - width / 2), across(x + width / 2))
    let (upper, lower) = (place(height), place(y.lowerBound))
    parts.append(
      "<rect class=\"\(style)\" x=\"\(Self.number(from))\" y=\"\(Self.number(upper))\" "
        + "width=\"\(Self.number(to - from))\" height=\"\(Self.number(lower - upper))\"/>")
  }

  /// Below the plot.
  mutating func label(_ text: String, at x: Double) {
    parts.append(
      "<text x=\"\(Self.number(across(x)))\" y=\"\(Self.number(Self.height - 8))\" "
        + "text-anchor=\"middle\">\(text)</text>")
  }

  /// `label` says to those who cannot see it what it shows; it is escaped already.
  func svg(label: String) -> String {
    "<svg viewBox=\"0 0 \(Self.number(Self.width)) \(Self.number(Self.height))\" role=\"img\" "
      + "aria-label=\"\(label)\">\(parts.joined())</svg>"
  }

  private func across(_ x: Double) -> Double {
    Self.left + x * (Self.width - Self.left - Self.right)
  }

  private func place(_ value: Double) -> Double {
    let share = (value - y.lowerBound) / (y.upperBound - y.lowerBound)
    return Self.height - Self.bottom
      - min(max(share, 0), 1) * (Self.height - Self.top - Self.bottom)
  }

  /// One decimal, without a locale.
  private static func number(_ value: Double) -> String {
    let rounded = (value * 10).rounded() / 10
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }
}
