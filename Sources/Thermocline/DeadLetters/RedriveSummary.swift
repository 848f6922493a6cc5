internal import ThermoclineCodec

/// What a re-drive did, or would do. `selected` = `sent` + `stillRefused` + `unnamed` + `incomplete` + `empty`
/// + `homeless`.
package struct RedriveSummary: Sendable, Equatable {
  /// Letters sent from one partition of the dead-letter topic.
  package struct Range: Sendable, Equatable {
    package var first: Int64
    package var last: Int64
    package var count = 0
  }

  package let topic: String
  /// Messages were sent; false = this is what would be sent.
  package let isSent: Bool
  /// Letters the selection meant, and all that were read.
  package var selected = 0
  package var read = 0
  package var sent = 0
  /// By topic they went to.
  package var sentTo: [String: Int] = [:]
  /// They would be refused again, by the reason they would be refused for.
  package var stillRefused: [String: Int] = [:]
  /// Refused for something only the running job can judge; they have to be named by their reason.
  package var unnamed: [String: Int] = [:]
  /// Some of their headers did not fit into the letter.
  package var incomplete = 0
  /// Nothing to send.
  package var empty = 0
  /// They don't say where they came from.
  package var homeless = 0
  /// By partition of the dead-letter topic.
  package var ranges: [Int32: Range] = [:]
  package var isInterrupted = false

  init(topic: String, isSent: Bool) {
    self.topic = topic
    self.isSent = isSent
  }

  mutating func note(sent letter: DeadLetter, to target: String) {
    sent += 1
    sentTo[target, default: 0] += 1
    var range = ranges[letter.partition] ?? Range(first: letter.offset, last: letter.offset)
    range.last = letter.offset
    range.count += 1
    ranges[letter.partition] = range
  }

  /// What to say to `--after` so that the next run goes on behind this one; empty when nothing was sent.
  package var after: String {
    ranges.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.last)" }.joined(separator: ",")
  }

  /// For a person.
  package var text: String {
    let verb = isSent ? "sent" : "would send"
    var lines = [
      "\(topic): read \(FigureText.grouped(read)), selected \(FigureText.grouped(selected)), \(verb) "
        + FigureText.grouped(sent)
    ]
    for (target, n) in sentTo.sorted(by: { $0.key < $1.key }) {
      lines.append("  \(verb) \(FigureText.grouped(n)) to \(DisplayText(target).text)")
    }
    for (partition, range) in ranges.sorted(by: { $0.key < $1.key }) {
      lines.append(
        "  \(topic)[\(partition)]: \(FigureText.grouped(range.count)) letters of the offsets "
          + "\(range.first) to \(range.last)")
    }
    for (reason, n) in stillRefused.sorted(by: { $0.key < $1.key }) {
      lines.append(
        "  not sent, they would be refused again: \(reason) \(FigureText.grouped(n)) (--force sends them)"
      )
    }
    for (reason, n) in unnamed.sorted(by: { $0.key < $1.key }) {
      lines.append(
        "  not sent, only the job can judge them: \(DisplayText(reason).text) \(FigureText.grouped(n)) "
          + "(--reason \(DisplayText(reason).text) sends them)")
    }
    if incomplete > 0 {
      lines.append(
        "  not sent, some of their headers did not fit into the letter: "
          + "\(FigureText.grouped(incomplete)) (--force sends them without)")
    }
    if empty > 0 { lines.append("  not sent, they are empty: \(FigureText.grouped(empty))") }
    if homeless > 0 {
      lines.append(
        "  not sent, they don't say where they came from: \(FigureText.grouped(homeless)) (--to names a topic)"
      )
    }
    if sent > 0 {
      lines.append(
        isSent
          ? "The letters stay in the topic: the next run goes on behind them with --after \(after)"
          : "Nothing was sent. --send sends them.")
    }
    return lines.joined(separator: "\n")
  }

  /// As one JSON object.
  package var json: String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("topic")
    writer.value(topic)
    writer.key("isSent")
    writer.value(isSent)
    for (name, value) in [
      ("read", read), ("selected", selected), ("sent", sent),
      ("incomplete", incomplete), ("empty", empty), ("homeless", homeless),
    ] {
      writer.key(name)
      writer.value(Int64(value))
    }
    for (name, counts) in [
      ("sentTo", sentTo), ("stillRefused", stillRefused), ("unnamed", unnamed),
    ] {
      writer.key(name)
      writer.beginObject()
      for (key, n) in counts.sorted(by: { $0.key < $1.key }) {
        writer.key(key)
        writer.value(Int64(n))
      }
      writer.endObject()
    }
    writer.key("ranges")
    writer.beginArray()
    for (partition, range) in ranges.sorted(by: { $0.key < $1.key }) {
      writer.beginObject()
      for (name, number) in [
        ("partition", Int64(partition)), ("first", range.first), ("last", range.last),
        ("count", Int64(range.count)),
      ] {
        writer.key(name)
        writer.value(number)
      }
      writer.endObject()
    }
    writer.endArray()
    writer.key("after")
    writer.value(after)
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
