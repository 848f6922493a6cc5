internal import ThermoclineCore

/// Draws a snapshot as lines. Pure: the same snapshot and size give the same lines.
package enum DemoScreen {
  /// Newest alerts shown.
  private static let alertsMax = 7

  /// At most `rows` lines, each at most `columns` wide.
  package static func lines(_ snapshot: DemoSnapshot, columns: Int, rows: Int) -> [StyledLine] {
    var lines = [
      title(snapshot, columns), figures(snapshot), bands(snapshot, columns), StyledLine(),
    ]
    let alerts = snapshot.alerts.prefix(alertsMax).map(alert)
    let alertLines = alerts.isEmpty ? 0 : alerts.count + 2
    lines.append(header(columns))
    lines += snapshot.rows.prefix(max(0, rows - lines.count - alertLines)).map { row($0, columns) }
    if !alerts.isEmpty {
      lines.append(StyledLine())
      lines.append(section("ALERTS", columns))
      lines += alerts
    }
    return lines.prefix(max(0, rows)).map { $0.truncated(to: columns) }
  }

  private static func title(_ snapshot: DemoSnapshot, _ columns: Int) -> StyledLine {
    var line = StyledLine(" \(snapshot.title)  ", .bold)
    let time = snapshot.eventTime.map(minute) ?? ""
    if let progress = snapshot.progress {
      // The bar takes what the title, the percentage and the time leave.
      let bar = FigureText.bar(progress, columns: max(0, columns - line.width - 10 - time.count))
      line.append(bar.done, .cyan)
      line.append(bar.rest, .faint)
      line.append(FigureText.percent(progress), columns: 7, onRight: true)
    }
    line.fill(to: columns - time.count - 1)
    line.append(time, .bold)
    return line
  }

  private static func figures(_ snapshot: DemoSnapshot) -> StyledLine {
    var line = StyledLine(" ")
    func add(_ name: String, _ value: String, _ style: TextStyle = .plain) {
      line.append(name + " ", .faint)
      line.append(value + "   ", style)
    }
    add("events/s", FigureText.grouped(whole(snapshot.eventsPerSecond)), .bold)
    add(
      "lag", snapshot.lag.map { "\(FigureText.decimal(Double($0.milliseconds) / 1_000)) s" } ?? "-")
    add("read", FigureText.grouped(snapshot.read))
    add("applied", FigureText.grouped(snapshot.applied))
    add("late", FigureText.grouped(snapshot.late), snapshot.late > 0 ? .yellow : .plain)
    add("refused", FigureText.grouped(snapshot.refused), snapshot.refused > 0 ? .red : .plain)
    return line
  }

  /// The counts, and a bar whose parts are as long as the bands are large.
  private static func bands(_ snapshot: DemoSnapshot, _ columns: Int) -> StyledLine {
    var line = StyledLine(" ")
    for band in snapshot.bands {
      line.append("● ", style(ofBand: band.name))
      line.append("\(band.name) ", .faint)
      line.append("\(FigureText.grouped(band.accounts))   ", .bold)
    }
    let total = snapshot.bands.reduce(0) { $0 + $1.accounts }
    let room = columns - line.width - 1
    guard total > 0, room >= 8 else { return line }
    var before = 0
    for band in snapshot.bands {
      // Rounding the running sums, not the parts, makes the parts fill the bar exactly.
      let from = before * room / total
      before += band.accounts
      let part = String(repeating: "▆", count: before * room / total - from)
      line.append(part, style(ofBand: band.name))
    }
    return line
  }

  private static func section(_ name: String, _ columns: Int) -> StyledLine {
    var line = StyledLine(" \(name) ", .bold)
    line.append(String(repeating: "─", count: max(0, columns - line.width - 1)), .faint)
    return line
  }

  private static func whole(_ value: Double) -> Int {
    value.magnitude < 1e15 ? Int(value.rounded()) : 0
  }

  /// `2025-10-23 14:00 UTC`.
  private static func minute(_ time: EventTime) -> String {
    let text = time.description
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
  }
}
