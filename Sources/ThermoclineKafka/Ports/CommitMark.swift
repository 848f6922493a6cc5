package import ThermoclineCore

/// The text that is committed beside an offset: which transaction it was, how many partitions its topic had then, and where
/// the clock had brought time.
package struct CommitMark: Sendable, Equatable {
  /// nil outside transactions. No spaces.
  package var transaction: String?
  /// An account's events are in the partition its key falls to, so with another number of partitions they are elsewhere.
  package var partitionsCount: Int?
  /// Where time stood because the clock went on after that offset; nil where events alone brought it there.
  package var clock: EventTime?

  package init(
    transaction: String? = nil, partitionsCount: Int? = nil, clock: EventTime? = nil
  ) {
    self.transaction = transaction
    self.partitionsCount = partitionsCount
    self.clock = clock
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
      }
    }
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
    return text
  }
}
