internal import ThermoclineCodec

/// What was copied from one topic to another.
package struct RepartitionSummary: Sendable, Equatable {
  /// Messages of the source.
  package var read = 0
  /// Messages of the target.
  package var written = 0
  /// Messages, or events of them, that went to the dead letters, by reason.
  package var refused: [String: Int] = [:]
  /// Messages without an event: other kinds of a format, and tombstones.
  package var empty = 0
  /// Everything that the source had was copied.
  package var isWhole = false

  /// For a person.
  package var text: String {
    let letters = refused.sorted { $0.key < $1.key }.map {
      "\n  dead letters: \($0.key) \(FigureText.grouped($0.value))"
    }
    return "read \(FigureText.grouped(read)), wrote \(FigureText.grouped(written)), "
      + "without an event \(FigureText.grouped(empty))" + letters.joined()
      + (isWhole ? "" : "\nnot all of it: the next run goes on from here")
  }

  /// As one JSON object.
  package var json: String {
    var writer = JSONWriter()
    writer.beginObject()
    for (name, value) in [("read", read), ("written", written), ("empty", empty)] {
      writer.key(name)
      writer.value(Int64(value))
    }
    writer.key("refused")
    writer.beginObject()
    for (reason, count) in refused.sorted(by: { $0.key < $1.key }) {
      writer.key(reason)
      writer.value(Int64(count))
    }
    writer.endObject()
    writer.key("isWhole")
    writer.value(isWhole)
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
