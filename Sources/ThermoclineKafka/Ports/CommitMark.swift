package import ThermoclineCore
package import ThermoclineEngine

/// The text that is committed beside an offset: which transaction it was, how many partitions its topic had then, where
/// the clock had brought time, and how far its outputs were said by event time.
package struct CommitMark: Sendable, Equatable {
  /// nil outside transactions. No spaces.
  package var transaction: String?
  /// An account's events are in the partition its key falls to, so with another number of partitions they are elsewhere.
  package var partitionsCount: Int?
  /// Where time stood because the clock went on after that offset; nil where events alone brought it there.
  package var clock: EventTime?
  /// nil where `reset` or an earlier version committed: what lies before the position was said, and nothing else.
  package var said: SaidTimes?

  package init(
    transaction: String? = nil, partitionsCount: Int? = nil, clock: EventTime? = nil,
    said: SaidTimes? = nil
  ) {
    self.transaction = transaction
    self.partitionsCount = partitionsCount
    self.clock = clock
    self.said = said
  }

  /// Reads a mark; words of others are ignored.
  package init(_ text: String) {
    for word in text.split(separator: " ") {
      if word.hasPrefix("transaction=") {
        transaction = String(word.dropFirst("transaction=".count))
      } else if word.hasPrefix("partitions=") {
        partitionsCount = Int(word.dropFirst("partitions=".count))
      } else if word.hasPrefix("clock="), let time = Int64(word.dropFirst("clock=".count)) {
        clock = EventTime(milliseconds: time)
      } else if word.hasPrefix("said=") {
        said = Self.said(word.dropFirst("said=".count))
      }
    }
  }

  private static func said(_ text: Substring) -> SaidTimes? {
    let times = text.split(separator: "/").compactMap { Int64($0) }
    guard times.count == 2 else { return nil }
    return SaidTimes(
      ticks: EventTime(milliseconds: times[0]), days: EventTime(milliseconds: times[1]))
  }

  package var text: String {
    var text = ""
    // One for each partition and commit: a word after the other, without a list of them.
    func add(_ word: String) {
      if !text.isEmpty { text += " " }
      text += word
    }
    if let transaction { add("transaction=\(transaction)") }
    if let partitionsCount { add("partitions=\(partitionsCount)") }
    if let clock { add("clock=\(clock.milliseconds)") }
    if let said { add("said=\(said.ticks.milliseconds)/\(said.days.milliseconds)") }
    return text
  }
}
