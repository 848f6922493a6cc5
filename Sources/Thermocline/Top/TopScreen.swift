package import ThermoclineCodec

/// The screen of `thermocline top`: a running job at a glance. Pure.
package enum TopScreen {
  /// The lines, the most important first, in so many rows: where not all find room, the newest alerts, the first shards
  /// and the partitions with the most lag do. `address`: whose status it is; `silence`: why it is not of now.
  package static func lines(
    _ status: JobStatus, address: String, rows: Int = .max, silence: String? = nil
  ) -> [StyledLine] {
    var lines = [title(status, address)]
    if let silence { lines.append(StyledLine("  " + silence, .redBold)) }
    for reason in status.reasons { lines.append(StyledLine("  " + reason, .red)) }
    lines.append(StyledLine())
    lines += figures(status)
    lines.append(StyledLine())
    lines.append(counts("accounts", status.bands))
    lines.append(counts("quadrants", status.quadrants))
    lines.append(counts("alerts", status.alerts))
    let left = rows == .max ? rows : max(0, rows - lines.count)
    let alerts = section(nil, alerts(status), rows: max(4, left / 3))
    let shards = section(nil, shards(status), rows: max(3, left / 4))
    let head = partitionsHead
    let rest = left == .max ? left : max(0, left - alerts.count - shards.count)
    // All in their order, or those that are behind first.
    let isCut = status.partitions.count + 2 > rest
    let partitions =
      isCut ? status.partitions.sorted { $0.lagRecords > $1.lagRecords } : status.partitions
    return lines + alerts + shards + section(head, partitions.map(row(of:)), rows: rest)
  }

  /// A blank line, a head and lines in so many rows; what is left out is counted in the last one. Empty without lines.
  private static func section(
    _ head: StyledLine?, _ lines: [StyledLine], rows: Int
  ) -> [StyledLine] {
    guard !lines.isEmpty else { return [] }
    let top = [StyledLine()] + (head.map { [$0] } ?? [])
    let room = rows - top.count
    guard lines.count > room else { return top + lines }
    let shown = max(0, room - 1)
    return top + lines.prefix(shown) + [StyledLine("… and \(lines.count - shown) more", .faint)]
  }

  /// Says since when there is no answer, and why.
  package static func silence(seconds: Int, _ failure: JobFailure) -> String {
    "NO ANSWER for \(FigureText.duration(seconds: seconds)): \(failure.message)"
  }

  /// One line for where there is no terminal. `silence`: why the status is not of now.
  package static func plain(_ status: JobStatus, silence: String? = nil) -> String {
    if let silence { return silence }
    return
      "\(status.isReady ? "ready" : "not ready") \(FigureText.decimal(status.eventsPerSecond)) events/s lag "
      + "\(status.lagRecords) records \(FigureText.decimal(status.lagSeconds)) s freshness p99 "
      + "\(milliseconds(status.freshness.p99)) memory \(FigureText.bytes(status.residentBytes))"
      + status.reasons.map { "; \($0)" }.joined()
  }

  private static func title(_ status: JobStatus, _ address: String) -> StyledLine {
    var line = StyledLine("thermocline \(status.version)", .bold)
    line.append("  \(address)  up \(FigureText.duration(seconds: Int(status.uptimeSeconds)))  ")
    line.append(status.isReady ? "ready" : "NOT READY", status.isReady ? .green : .redBold)
    return line
  }

  private static func figures(_ status: JobStatus) -> [StyledLine] {
    var events = label("events")
    events.append("\(FigureText.decimal(status.eventsPerSecond))/s", .bold)
    for count in status.events {
      events.append("   \(count.name) \(FigureText.grouped(count.count))")
    }
    var lag = label("lag")
    lag.append(
      "\(FigureText.grouped(status.lagRecords)) records   \(FigureText.decimal(status.lagSeconds)) s",
      status.lagSeconds > 60 ? .yellow : .plain)
    if status.rebuildRecords > 0 {
      lag.append("   rebuilding \(FigureText.grouped(status.rebuildRecords))", .yellow)
    }
    var freshness = label("freshness")
    freshness.append(
      "p50 \(milliseconds(status.freshness.p50))   p99 \(milliseconds(status.freshness.p99))   commits p50 "
        + "\(milliseconds(status.commits.p50))   p99 \(milliseconds(status.commits.p99))")
    var process = label("memory")
    process.append("\(FigureText.bytes(status.residentBytes))   brokers ")
    process.append(
      "\(status.brokersUp) of \(status.brokersKnown)",
      status.brokersKnown > 0 && status.brokersUp == 0 ? .redBold : .plain)
    return [events, lag, freshness, process]
  }

  private static func counts(_ name: String, _ counts: [JobStatus.Count]) -> StyledLine {
    var line = label(name)
    for (place, count) in counts.enumerated() {
      if place > 0 { line.append("   ") }
      line.append("\(count.name) ")
      line.append(FigureText.grouped(count.count), .bold)
    }
    return line
  }

  private static func shards(_ status: JobStatus) -> [StyledLine] {
    status.shards.enumerated().map { number, shard in
      var line = label("shard \(number)")
      for (name, fill, capacity) in [
        ("in", shard.input, shard.inputCapacity), ("out", shard.output, shard.outputCapacity),
      ] {
        let fraction = capacity > 0 ? Double(fill) / Double(capacity) : 0
        let bar = FigureText.bar(fraction, columns: 16)
        line.append("\(name) ")
        line.append(bar.done, fraction > 0.9 ? .yellow : .cyan)
        line.append(bar.rest, .faint)
        line.append("  ")
      }
      return line
    }
  }

  private static var partitionsHead: StyledLine {
    var head = StyledLine()
    for (name, columns, onRight) in [
      ("partition", 28, false), ("lag", 12, true), ("seconds", 10, true), ("accounts", 12, true),
      ("  watermark", 30, false),
    ] { head.append(name, columns: columns, onRight: onRight, .faint) }
    return head
  }

  private static func row(of partition: JobStatus.Partition) -> StyledLine {
    var line = StyledLine()
    line.append("\(partition.topic)/\(partition.partition)", columns: 28)
    line.append(FigureText.grouped(partition.lagRecords), columns: 12, onRight: true)
    line.append(FigureText.decimal(partition.lagSeconds), columns: 10, onRight: true)
    line.append(FigureText.grouped(partition.accounts), columns: 12, onRight: true)
    line.append("  " + (partition.watermark ?? "-"))
    if partition.rebuildRecords > 0 {
      line.append("  rebuilding \(FigureText.grouped(partition.rebuildRecords))", .yellow)
    }
    if partition.isHeldUp { line.append("  waits for others", .yellow) }
    return line
  }

  private static func alerts(_ status: JobStatus) -> [StyledLine] {
    status.newestAlerts.reversed().map { alert in
      var line = StyledLine()
      let isLoud = alert.state == "firing"
      line.append(alert.state, columns: 12, isLoud ? .red : .plain)
      line.append(alert.severity, columns: 10)
      line.append(alert.account.isEmpty ? "(all)" : alert.account, columns: 20, .bold)
      line.append(alert.summary.isEmpty ? alert.rule : alert.summary)
      return line
    }
  }

  private static func label(_ text: String) -> StyledLine {
    var line = StyledLine()
    line.append(text, columns: 11, .faint)
    return line
  }

  private static func milliseconds(_ seconds: Double?) -> String {
    seconds.map { "\(FigureText.decimal($0 * 1_000)) ms" } ?? "-"
  }
}
