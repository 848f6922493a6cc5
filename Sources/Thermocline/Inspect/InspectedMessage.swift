package import ThermoclineCodec
package import ThermoclineCore

/// What one event, or one message that holds none, was read as.
package struct InspectedMessage: Sendable, Equatable {
  package enum Outcome: Sendable, Equatable {
    case event(InspectedEvent)
    /// Why not, and how the message begins.
    case refused(RefusalReason, detail: String, excerpt: String)
    /// No value and no promise: nothing.
    case tombstone
    /// No value, but a promise that nothing older will follow; as written.
    case heartbeat(String)
  }

  /// The file, or the topic and partition.
  package var source: String
  /// Line number from 1, or offset.
  package var position: Int64
  /// As which format it was read; nil without a value.
  package var format: InputFormat?
  package var outcome: Outcome

  /// Whether it was refused.
  package var isRefused: Bool { if case .refused = outcome { true } else { false } }

  /// Columns of the lines that `text` gives, for a heading.
  package static let heading =
    column("position", 10, onRight: true) + "  " + column("time", 24) + "  " + column("type", 20)
    + "  " + column("account", 20) + "  " + column("user", 20) + "  "
    + column("value", 8, onRight: true) + "  " + column("feature", 12) + "  id"

  /// One line for a person; two for a refusal, the second being how the message begins.
  package var text: String {
    let head = Self.column("\(position)", 10, onRight: true) + "  "
    switch outcome {
    case .event(let event):
      let type = event.kind == .event ? event.type : "\(event.type) (\(event.kind))"
      return head
        + [
          Self.column("\(event.time)", 24), Self.column(type, 20),
          Self.column(event.account ?? "–", 20), Self.column(event.user ?? "–", 20),
          Self.column(event.valueText, 8, onRight: true), Self.column(event.feature ?? "–", 12),
          DisplayText(event.id ?? "–").text,
        ].joined(separator: "  ")
    case .refused(let reason, let detail, let excerpt):
      let begins = excerpt.isEmpty ? "" : "\n            " + DisplayText(excerpt).text
      return head + "refused: \(reason.rawValue): " + DisplayText(detail).text + begins
    case .tombstone: return head + "tombstone: no value, no event"
    case .heartbeat(let time):
      return head + "heartbeat: nothing before \(DisplayText(time).text) ms will follow"
    }
  }

  /// One line of JSON, with its line end.
  package var json: String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("source")
    writer.value(source)
    writer.key("position")
    writer.value(position)
    writer.key("format")
    writer.value(format?.rawValue)
    writer.key("outcome")
    switch outcome {
    case .event(let event):
      writer.value("event")
      event.write(to: &writer)
    case .refused(let reason, let detail, let excerpt):
      writer.value("refused")
      writer.key("reason")
      writer.value(reason.rawValue)
      writer.key("detail")
      writer.value(detail)
      writer.key("message")
      writer.value(excerpt)
    case .tombstone: writer.value("tombstone")
    case .heartbeat(let time):
      writer.value("heartbeat")
      writer.key("time")
      writer.value(time)
    }
    writer.endObject()
    writer.endLine()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private static func column(_ text: String, _ columns: Int, onRight: Bool = false) -> String {
    DisplayText(text).fitted(to: columns, onRight: onRight).text
  }
}
