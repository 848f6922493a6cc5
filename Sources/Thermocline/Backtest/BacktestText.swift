internal import ThermoclineBacktest

/// Figures of a backtest as text.
enum BacktestText {
  /// Three decimals; `–` for what is not defined.
  static func three(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let units = Int((abs(value) * 1_000).rounded())
    let rest = String(units % 1_000)
    return (value < 0 && units > 0 ? "−" : "") + "\(units / 1_000)."
      + String(repeating: "0", count: 3 - rest.count) + rest
  }

  /// `0.631 (0.570…0.690)`
  static func interval(_ estimate: Estimate, signed: Bool = false) -> String {
    let sign = signed && estimate.value >= 0 ? "+" : ""
    guard estimate.value.isFinite else { return "–" }
    guard estimate.low.isFinite else { return sign + three(estimate.value) }
    return "\(sign)\(three(estimate.value)) (\(three(estimate.low))…\(three(estimate.high)))"
  }

  /// One decimal: `12.3 %`.
  static func percent(_ share: Double) -> String {
    share.isFinite ? FigureText.decimal(share * 100) + " %" : "–"
  }

  /// `12.3 % (10.0…14.9)`
  static func percent(_ estimate: Estimate) -> String {
    guard estimate.value.isFinite, estimate.low.isFinite else { return percent(estimate.value) }
    return "\(percent(estimate.value)) (\(FigureText.decimal(estimate.low * 100))…"
      + "\(FigureText.decimal(estimate.high * 100)))"
  }

  static func padded(_ text: String, _ columns: Int) -> String {
    text + String(repeating: " ", count: max(1, columns - text.count))
  }

  /// Rows under each other: the first column to the left, the others to the right.
  static func table(_ rows: [[String]], indent: String = "  ") -> [String] {
    var widths: [Int] = []
    for row in rows {
      for (i, cell) in row.enumerated() {
        if i == widths.count { widths.append(0) }
        widths[i] = max(widths[i], cell.count)
      }
    }
    return rows.map { row in
      var line = indent
      for (i, cell) in row.enumerated() {
        let gap = String(repeating: " ", count: widths[i] - cell.count)
        line += i == 0 ? cell + (row.count > 1 ? gap : "") : "  " + gap + cell
      }
      return line
    }
  }
}
