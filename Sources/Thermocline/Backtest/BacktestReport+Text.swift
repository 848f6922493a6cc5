package import ThermoclineBacktest

extension BacktestReport {
  /// For a person.
  package var text: String {
    let tables = BacktestTables(self)
    var lines = ["backtest of \(scorers[0..<policies].joined(separator: " and "))"]
    lines += tables.preface.map { "  " + $0 }
    for table in tables.all {
      lines += ["", table.title]
      if !table.note.isEmpty { lines.append("  " + table.note) }
      lines += BacktestText.table(table.rows)
    }
    return lines.joined(separator: "\n")
  }
}
