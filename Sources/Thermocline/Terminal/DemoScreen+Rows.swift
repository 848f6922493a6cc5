internal import ThermoclineCore

extension DemoScreen {
  /// Widths of the columns before the reason, which takes the rest.
  private static let accountColumns = 18
  private static let tierColumns = 11
  private static let historyColumns = 8

  /// The names over the columns.
  static func header(_ columns: Int) -> StyledLine {
    var line = StyledLine(" ")
    line.append("ACCOUNT", columns: accountColumns, .faint)
    line.append("TIER", columns: tierColumns, .faint)
    line.append("SCORE", columns: 5, onRight: true, .faint)
    line.append("  BAND", columns: 12, .faint)
    line.append("TREND A DAY", columns: historyColumns + 9, .faint)
    line.append("QUADRANT", columns: 12, .faint)
    line.append("REASON", .faint)
    return line
  }

  /// One account.
  static func row(_ row: DemoSnapshot.Row, _ columns: Int) -> StyledLine {
    let colour = row.band.map(style(ofBand:)) ?? .faint
    var line = StyledLine(" ")
    line.append(row.account, columns: accountColumns - 1)
    line.append(" ")
    line.append(row.tier, columns: tierColumns - 1, .faint)
    line.append(" ")
    line.append(row.score.map(FigureText.decimal) ?? "-", columns: 5, onRight: true, colour)
    line.append("  ● ", colour)
    line.append(row.band ?? "no data", columns: 8, colour)
    line.append(sparkline(row.history), columns: historyColumns, .cyan)
    line.append(trend(row.trend), columns: 7, onRight: true, trendStyle(row.trend))
    line.append("  ")
    line.append(row.quadrant.map(name(of:)) ?? "-", columns: 11)
    line.append(" ")
    line.append(row.reason, columns: max(0, columns - line.width))
    return line
  }

  /// One alert change: severity, time, account, sentence.
  static func alert(_ alert: HealthAlert) -> StyledLine {
    let style: TextStyle =
      switch alert.severity {
      case .critical: .redBold
      case .error: .red
      case .warning: .yellow
      case .info: .cyan
      }
    let isOver = alert.state == .resolved || alert.state == .recovering
    var line = StyledLine(" ")
    line.append(isOver ? "○ " : "● ", isOver ? .green : style)
    line.append(
      isOver ? alert.state.rawValue : alert.severity.rawValue, columns: 11, isOver ? .green : style)
    let time = alert.at.description
    line.append("\(time.dropFirst(5).prefix(5)) \(time.dropFirst(11).prefix(5))  ", .faint)
    line.append(alert.account, columns: accountColumns - 1)
    line.append(" ")
    line.append(alert.summary.isEmpty ? alert.rule : alert.summary)
    return line
  }

  /// Colours of the usual bands; a band of the user's own naming stays plain.
  static func style(ofBand band: String) -> TextStyle {
    switch band {
    case "red": .red
    case "yellow": .yellow
    case "green": .green
    default: .plain
    }
  }

  /// The last scores as bars of an eighth of a line each step.
  private static func sparkline(_ history: [Double?]) -> String {
    let bars: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    return String(
      history.suffix(historyColumns).map { score in
        guard let score, score.isFinite else { return " " }
        return bars[Int(min(7, max(0, score / 12.5)))]
      })
  }

  private static func trend(_ trend: Double?) -> String {
    guard let trend, trend.isFinite else { return "" }
    let arrow =
      switch trend {
      case ..<(-1): "↓"
      case ..<(-0.1): "↘"
      case ...0.1: "→"
      case ...1: "↗"
      default: "↑"
      }
    let sign = trend >= 0.05 ? "+" : ""
    return "\(arrow) \(sign)\(FigureText.decimal(trend))"
  }

  private static func trendStyle(_ trend: Double?) -> TextStyle {
    guard let trend else { return .faint }
    return trend < -0.1 ? .red : trend > 0.1 ? .green : .faint
  }

  private static func name(of quadrant: Quadrant) -> String {
    quadrant.rawValue.split(separator: "_").joined(separator: " ")
  }
}
