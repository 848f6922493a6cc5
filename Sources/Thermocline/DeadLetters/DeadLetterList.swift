internal import ThermoclineCodec
package import ThermoclineCore
package import ThermoclineKafka

/// What lies in a dead-letter topic, by reason.
package struct DeadLetterList: Sendable, Equatable {
  /// The letters of one reason.
  package struct Group: Sendable, Equatable {
    package var count = 0
    package var oldest: EventTime?
    package var newest: EventTime?
    /// Of the newest letter.
    package var detail = ""
    package var source = ""
    package var excerpt = ""
    /// Where that letter lies.
    package var partition: Int32 = 0
    package var offset: Int64 = 0
  }

  package let topic: String
  package private(set) var groups: [String: Group] = [:]
  /// Letters of all groups.
  package var count: Int { groups.values.reduce(0) { $0 + $1.count } }

  /// Reads the whole topic.
  package init(
    _ topic: String, kafka: KafkaSettings, selection: DeadLetterSelection = DeadLetterSelection(),
    isStopped: @escaping () -> Bool = { false }
  ) throws(JobFailure) {
    self.topic = topic
    var groups: [String: Group] = [:]
    try TopicScan(topic, kafka: kafka, isStopped: isStopped).readToEnd { message in
      let letter = DeadLetter(message)
      if selection.takes(letter) { groups[letter.reason, default: Group()].add(letter) }
      return true
    }
    self.groups = groups
  }

  /// For a person, the most frequent reason first.
  package var text: String {
    guard count > 0 else { return "\(topic): no such dead letters" }
    var lines = ["\(topic): \(FigureText.grouped(count)) dead letters"]
    for (reason, group) in ordered {
      lines.append("")
      var head = "\(DisplayText(reason).text)  \(FigureText.grouped(group.count))"
      if let oldest = group.oldest, let newest = group.newest {
        head += "  from \(oldest) to \(newest)"
      }
      lines.append(head)
      lines.append("  newest   \(topic)[\(group.partition)]@\(group.offset), was \(group.source)")
      if !group.detail.isEmpty { lines.append("  because  \(DisplayText(group.detail).text)") }
      if !group.excerpt.isEmpty { lines.append("  message  \(DisplayText(group.excerpt).text)") }
    }
    return lines.joined(separator: "\n")
  }

  /// As one JSON object.
  package var json: String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("topic")
    writer.value(topic)
    writer.key("count")
    writer.value(Int64(count))
    writer.key("reasons")
    writer.beginArray()
    for (reason, group) in ordered {
      writer.beginObject()
      writer.key("reason")
      writer.value(reason)
      writer.key("count")
      writer.value(Int64(group.count))
      writer.key("oldest")
      writer.value(group.oldest)
      writer.key("newest")
      writer.value(group.newest)
      writer.key("example")
      writer.beginObject()
      for (name, number) in [("partition", Int64(group.partition)), ("offset", group.offset)] {
        writer.key(name)
        writer.value(number)
      }
      for (name, text) in [
        ("source", group.source), ("detail", group.detail), ("message", group.excerpt),
      ] {
        writer.key(name)
        writer.value(text)
      }
      writer.endObject()
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private var ordered: [(String, Group)] {
    groups.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map { ($0.key, $0.value) }
  }
}

extension DeadLetterList.Group {
  /// Bytes of an example that are shown.
  private static let excerptBytesMax = 160

  fileprivate mutating func add(_ letter: DeadLetter) {
    count += 1
    let isNewest = newest.map { (letter.time ?? .distantPast) >= $0 } ?? true
    if let time = letter.time {
      oldest = min(oldest ?? time, time)
      newest = max(newest ?? time, time)
    }
    guard isNewest else { return }
    detail = letter.detail
    source =
      "\(letter.sourceTopic ?? "?")[\(letter.sourcePartition.map { "\($0)" } ?? "?")]"
      + "@\(letter.sourceOffset.map { "\($0)" } ?? "?")"
    excerpt = String(decoding: letter.value.prefix(Self.excerptBytesMax), as: UTF8.self)
    partition = letter.partition
    offset = letter.offset
  }
}
