internal import ThermoclineCodec
package import ThermoclineCore
package import ThermoclineEngine

/// What a replay read and made. `read` = `applied` + `late` + `refused` + `duplicates` + `aliases` + `held`.
package struct ReplaySummary: Sendable {
  package var inputs: [String]
  package var output: String?
  package var counts: EventCounts
  package var accounts: Int
  package var bands: [String: Int]
  /// How far event time came; nil when there was no event.
  package var watermark: EventTime?
  package var seconds: Double

  /// As JSON on one line.
  package var json: String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("inputs")
    writer.beginArray()
    for input in inputs { writer.value(input) }
    writer.endArray()
    writer.key("output")
    writer.value(output)
    for (name, value) in figures {
      writer.key(name)
      writer.value(Int64(value))
    }
    writer.key("refusedBy")
    writer.beginObject()
    for reason in RefusalReason.allCases {
      guard let n = counts.refusedBy[reason] else { continue }
      writer.key(reason.rawValue)
      writer.value(Int64(n))
    }
    writer.endObject()
    writer.key("bands")
    writer.beginObject()
    for band in bands.keys.sorted() {
      writer.key(band)
      writer.value(Int64(bands[band]!))
    }
    writer.endObject()
    writer.key("watermark")
    writer.value(watermark)
    writer.key("seconds")
    writer.readable(seconds)
    writer.key("eventsPerSecond")
    writer.readable((Double(counts.read) / max(seconds, 1e-9)).rounded())
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// For a person.
  package var text: String {
    let rate = FigureText.grouped(Int(Double(counts.read) / max(seconds, 1e-9)))
    var lines = [
      "read \(FigureText.grouped(counts.read)) events in \(FigureText.decimal(seconds)) s (\(rate) a second)",
      "  applied \(FigureText.grouped(counts.applied))   late \(FigureText.grouped(counts.late))   "
        + "refused \(FigureText.grouped(counts.refused))",
    ]
    let special = IntakeText.parts(counts)
    if !special.isEmpty { lines.append("  " + special.joined(separator: "   ")) }
    for reason in RefusalReason.allCases {
      if let n = counts.refusedBy[reason] {
        lines.append("    \(reason.rawValue) \(FigureText.grouped(n))")
      }
    }
    lines.append(
      "accounts \(FigureText.grouped(accounts))\(watermark.map { ", event time up to \($0)" } ?? "")"
    )
    if !bands.isEmpty {
      let list = bands.keys.sorted().map { "\($0) \(FigureText.grouped(bands[$0]!))" }
      lines.append("  " + list.joined(separator: "   "))
    }
    lines.append("alerts \(FigureText.grouped(counts.alerts)) state changes")
    if let output { lines.append("written to \(output)") }
    return lines.joined(separator: "\n")
  }

  private var figures: [(String, Int)] {
    [
      ("read", counts.read), ("applied", counts.applied), ("corrections", counts.corrections),
      ("late", counts.late), ("refused", counts.refused), ("duplicates", counts.duplicates),
      ("aliases", counts.aliases), ("held", counts.held), ("resolved", counts.resolved),
      ("unresolved", counts.unresolved), ("forgottenIDs", counts.forgottenIDs),
      ("scores", counts.scores),
      ("alerts", counts.alerts), ("accounts", accounts),
    ]
  }
}
