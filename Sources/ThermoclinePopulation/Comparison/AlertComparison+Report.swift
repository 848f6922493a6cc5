extension AlertComparison {
  /// A table for a person, 78 columns at most, lines without line ends.
  package var table: [String] {
    var lines = [
      Self.row(
        "incident", "number", "caught", "missed", "median delay", "-20 % rule", "delay")
    ]
    for kind in IncidentKind.allCases where !detector.outcomes(of: kind).isEmpty {
      let outcomes = detector.outcomes(of: kind)
      lines.append(
        Self.row(
          kind.rawValue, String(outcomes.count), String(Self.caught(detector, kind)),
          String(outcomes.count - Self.caught(detector, kind)),
          Self.days(detector.medianDelayDays(of: kind)), String(Self.caught(naive, kind)),
          Self.days(naive.medianDelayDays(of: kind))))
    }
    lines.append("")
    lines.append(Self.row("alerts", "", "", "", "this run", "-20 % rule"))
    func add(_ name: String, _ value: (RuleFigures) -> String) {
      lines.append(Self.row(name, "", "", "", value(detector), value(naive)))
    }
    add("fired") { String($0.alerts) }
    add("false") { String($0.falseAlerts) }
    add("  in the holiday") { String($0.duringHoliday) }
    add("  in an outage") { String($0.duringOutage) }
    add("false per 1,000 weeks") { Self.decimal($0.falsePerThousandAccountWeeks) }
    add("excused by a dip") { String($0.excused) }
    return lines
  }

  /// The same as one JSON object; numbers are finite, absent ones are null.
  package var json: String {
    "{\"detector\":\(Self.json(detector)),\"naive\":\(Self.json(naive))}"
  }

  private static func caught(_ figures: RuleFigures, _ kind: IncidentKind) -> Int {
    figures.outcomes(of: kind).count { $0.firstFiring != nil }
  }

  private static func row(_ first: String, _ rest: String...) -> String {
    var line = first + String(repeating: " ", count: max(0, 22 - first.count))
    for (cell, width) in zip(rest, [6, 7, 7, 13, 12, 9]) {
      line += String(repeating: " ", count: max(1, width - cell.count)) + cell
    }
    while line.last == " " { line.removeLast() }
    return line
  }

  private static func days(_ days: Double?) -> String { days.map { decimal($0) + " d" } ?? "-" }

  /// One decimal, without a formatter of the C library.
  private static func decimal(_ value: Double) -> String {
    let tenths = Int64((value * 10).rounded())
    return (tenths < 0 ? "-" : "") + "\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
  }

  private static func json(_ figures: RuleFigures) -> String {
    let kinds = IncidentKind.allCases.filter { !figures.outcomes(of: $0).isEmpty }.map { kind in
      let outcomes = figures.outcomes(of: kind)
      let delay = figures.medianDelayDays(of: kind).map { "\($0)" } ?? "null"
      let longest = outcomes.map(\.longestDays).max() ?? 0
      return "\"\(kind.rawValue)\":{\"incidents\":\(outcomes.count),"
        + "\"caught\":\(caught(figures, kind)),"
        + "\"missed\":\(outcomes.count - caught(figures, kind)),\"median_delay_days\":\(delay),"
        + "\"longest_firing_days\":\(longest)}"
    }
    return "{\"alerts\":\(figures.alerts),\"false_alerts\":\(figures.falseAlerts),"
      + "\"excused\":\(figures.excused),\"during_holiday\":\(figures.duringHoliday),"
      + "\"during_outage\":\(figures.duringOutage),"
      + "\"false_outage_alerts\":\(figures.falseOutageAlerts),"
      + "\"quiet_account_weeks\":\(figures.quietAccountWeeks),"
      + "\"false_per_1000_account_weeks\":\(figures.falsePerThousandAccountWeeks),"
      + "\"incidents\":{\(kinds.joined(separator: ","))}}"
  }
}
