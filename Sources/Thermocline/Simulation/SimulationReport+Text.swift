internal import ThermoclineCore

extension SimulationReport {
  /// For a person. `lists`: every alert too.
  package func text(lists: Bool) -> String {
    var lines: [String] = []
    for run in runs {
      if !lines.isEmpty { lines.append("") }
      lines += self.lines(run)
      if lists { lines += ["", "alerts"] + run.fired.map { "  " + Self.line($0) } }
    }
    if let (first, second) = differences {
      lines.append("")
      for (run, only) in [(runs[0], first), (runs[1], second)] {
        lines.append("only \(run.policy): \(FigureText.grouped(only.count)) alerts")
        for alert in only.prefix(lists ? only.count : 5) { lines.append("  " + Self.line(alert)) }
        if !lists, only.count > 5 { lines.append("  … --list shows all") }
      }
    }
    return lines.joined(separator: "\n")
  }

  private func lines(_ run: Run) -> [String] {
    var lines = [
      "\(run.policy): \(FigureText.grouped(run.fired.count)) alerts from \(Self.day(run.from)) to "
        + "\(Self.day(run.to)), \(Self.decimal(run.rate(run.fired.count, of: run.weeks.all))) in 1,000 of "
        + "\(FigureText.grouped(Int(run.weeks.all))) account-weeks"
    ]
    let severities = Severity.allCases
    var rows = [["rule", "fired", "in 1,000", "accounts"] + severities.map(\.rawValue)]
    for count in run.rules {
      let alerts = run.fired.filter { $0.rule == count.name }
      rows.append(
        [
          DisplayText(count.name).text, FigureText.grouped(count.fired),
          Self.decimal(run.rate(count.fired, of: run.weeks.all)),
          FigureText.grouped(Set(alerts.map(\.account)).count),
        ]
          + severities.map { severity in "\(alerts.count { $0.severity == severity })" })
    }
    lines += ["", "by rule"] + BacktestText.table(rows)
    lines += ["", "by week, from its Monday on"] + Self.table(run.byWeek, run)
    for (kind, counts) in run.segments {
      lines += ["", "by \(kind)"] + Self.table(counts, run)
    }
    return lines
  }

  private static func table(_ counts: [Count], _ run: Run) -> [String] {
    let rules = run.rules.map(\.name)
    let hasWeeks = counts.contains { $0.weeks != nil }
    var rows = [
      ["", "fired"] + (hasWeeks ? ["in 1,000"] : []) + rules.map { DisplayText($0).text }
    ]
    for count in counts {
      rows.append(
        [count.name.isEmpty ? "–" : DisplayText(count.name).text, FigureText.grouped(count.fired)]
          + (hasWeeks ? [decimal(run.rate(count.fired, of: count.weeks ?? 0))] : [])
          + rules.map { FigureText.grouped(count.rules[$0] ?? 0) })
    }
    return BacktestText.table(rows)
  }

  private static func line(_ alert: FiredAlert) -> String {
    let who = alert.account.isEmpty ? "all accounts" : DisplayText(alert.account).text
    return "\(day(alert.at))  \(who)  \(DisplayText(alert.rule).text)  \(alert.severity.rawValue)  "
      + DisplayText(alert.summary).text
  }

  private static func day(_ time: EventTime) -> String { String(time.description.prefix(10)) }

  private static func decimal(_ value: Double) -> String { FigureText.decimal(value) }
}
