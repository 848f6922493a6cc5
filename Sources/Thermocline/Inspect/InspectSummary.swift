package import ThermoclineCodec
package import ThermoclineCore

/// What an inspection saw.
package struct InspectSummary: Sendable, Equatable {
  /// As which format it was read.
  package var format: String
  /// Events and refusals by the format that was told for them.
  package var formats: [InputFormat: Int] = [:]
  package var events = 0
  package var memberships = 0
  package var aliases = 0
  /// Of those: without an account of their own; it has to follow from the user.
  package var withoutAccount = 0
  /// Of those: without an id, so that a repetition of them cannot be told.
  package var withoutID = 0
  package var refused = 0
  package var refusedBy: [RefusalReason: Int] = [:]
  package var tombstones = 0
  package var heartbeats = 0
  package var types: [String: Int] = [:]
  package var oldest: EventTime?
  package var newest: EventTime?
  /// Everything was looked at; false when the limit came first.
  package var isComplete = true

  /// Types counted by name; the rest of them are counted together.
  private static let typesMax = 1_000

  init(format: String) { self.format = format }

  /// Everything that was looked at.
  package var all: Int { events + refused + tombstones + heartbeats }

  mutating func note(_ message: InspectedMessage) {
    if let format = message.format { formats[format, default: 0] += 1 }
    switch message.outcome {
    case .event(let event):
      events += 1
      if event.kind == .membership { memberships += 1 }
      if event.kind == .alias { aliases += 1 }
      if event.account == nil { withoutAccount += 1 }
      if event.id == nil { withoutID += 1 }
      let isNamed = types[event.type] != nil || types.count < Self.typesMax
      types[isNamed ? event.type : "(other)", default: 0] += 1
      oldest = min(oldest ?? event.time, event.time)
      newest = max(newest ?? event.time, event.time)
    case .refused(let reason, _, _):
      refused += 1
      refusedBy[reason, default: 0] += 1
    case .tombstone: tombstones += 1
    case .heartbeat: heartbeats += 1
    }
  }

  /// For a person.
  package var text: String {
    var lines = [
      "format \(format): events \(FigureText.grouped(events))   refused \(FigureText.grouped(refused))"
        + "   tombstones \(FigureText.grouped(tombstones))"
        + "   heartbeats \(FigureText.grouped(heartbeats))"
        + (isComplete ? "" : "   (the limit was reached, there is more)")
    ]
    if format == InputFormat.auto.rawValue, !formats.isEmpty {
      let told = InputFormat.allCases.compactMap { format in
        formats[format].map { "\(format.rawValue) \(FigureText.grouped($0))" }
      }
      lines.append("  read as " + told.joined(separator: ", "))
    }
    let special = [
      ("say whose a user is", memberships), ("say that two users are one", aliases),
      ("have no account", withoutAccount), ("have no id", withoutID),
    ].filter { $0.1 > 0 }.map { "\($0.0) \(FigureText.grouped($0.1))" }
    if !special.isEmpty { lines.append("  of the events: " + special.joined(separator: ", ")) }
    for reason in RefusalReason.allCases {
      if let n = refusedBy[reason] {
        lines.append("  refused \(reason.rawValue) \(FigureText.grouped(n))")
      }
    }
    if let oldest, let newest { lines.append("  event times from \(oldest) to \(newest)") }
    let common = types.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(20)
    if !common.isEmpty {
      lines.append(
        "  types: "
          + common.map { "\(DisplayText($0.key).text) \(FigureText.grouped($0.value))" }
          .joined(separator: ", ") + (types.count > 20 ? ", …" : ""))
    }
    return lines.joined(separator: "\n")
  }

  /// As one line of JSON with the only member `summary`.
  package var json: String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("summary")
    writer.beginObject()
    writer.key("format")
    writer.value(format)
    for (name, value) in [
      ("events", events), ("memberships", memberships), ("aliases", aliases),
      ("withoutAccount", withoutAccount), ("withoutID", withoutID), ("refused", refused),
      ("tombstones", tombstones), ("heartbeats", heartbeats),
    ] {
      writer.key(name)
      writer.value(Int64(value))
    }
    writer.key("formats")
    Self.write(
      Dictionary(uniqueKeysWithValues: formats.map { ($0.key.rawValue, $0.value) }), &writer)
    writer.key("refusedBy")
    Self.write(
      Dictionary(uniqueKeysWithValues: refusedBy.map { ($0.key.rawValue, $0.value) }), &writer)
    writer.key("types")
    Self.write(types, &writer)
    writer.key("oldest")
    writer.value(oldest)
    writer.key("newest")
    writer.value(newest)
    writer.key("complete")
    writer.value(isComplete)
    writer.endObject()
    writer.endObject()
    writer.endLine()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private static func write(_ counts: [String: Int], _ writer: inout JSONWriter) {
    writer.beginObject()
    for name in counts.keys.sorted() {
      writer.key(name)
      writer.value(Int64(counts[name]!))
    }
    writer.endObject()
  }
}
