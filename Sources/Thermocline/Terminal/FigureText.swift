/// Numbers as a screen shows them, without a formatter of the C library.
enum FigureText {
  /// `1234567` → `1,234,567`.
  static func grouped(_ number: Int) -> String {
    var text = ""
    for (position, digit) in String(number.magnitude).reversed().enumerated() {
      if position > 0, position % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (number < 0 ? "-" : "") + text.reversed()
  }

  /// One decimal; `?` for what is not finite or beyond 10¹⁵.
  static func decimal(_ value: Double) -> String {
    guard value.magnitude < 1e15 else { return "?" }
    let tenths = Int((value * 10).rounded())
    return (tenths < 0 ? "-" : "") + "\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
  }

  /// Decimal units: `999 B`, `1.5 kB`, `2.0 GB`.
  static func bytes(_ bytes: Int) -> String {
    guard bytes >= 1_000 else { return "\(bytes) B" }
    var value = Double(bytes)
    var unit = ""
    for next in ["kB", "MB", "GB", "TB"] where value >= 999.95 {
      value /= 1_000
      unit = next
    }
    return "\(decimal(value)) \(unit)"
  }

  /// `0:07`, `12:30`, `1:02:03`.
  static func duration(seconds: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let minutes = "\(seconds / 60 % 60)"
    return seconds < 3_600
      ? "\(minutes):\(two(seconds % 60))"
      : "\(seconds / 3_600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  }

  /// A bar of `columns` with `fraction` of it done: the done part and the rest.
  static func bar(_ fraction: Double, columns: Int) -> (done: String, rest: String) {
    let clamped = fraction > 0 ? min(1, fraction) : 0
    let done = Int((clamped * Double(columns)).rounded(.down))
    return (
      String(repeating: "━", count: done), String(repeating: "─", count: columns - done)
    )
  }

  /// Rounded down, so that 100 % means done.
  static func percent(_ fraction: Double) -> String {
    "\(Int(((fraction > 0 ? min(1, fraction) : 0) * 100).rounded(.down))) %"
  }
}
