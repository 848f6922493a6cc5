/// The text that is committed beside an offset: which transaction it was, and how many partitions its topic had then.
package struct CommitMark: Sendable, Equatable {
  /// nil outside transactions. No spaces.
  package var transaction: String?
  /// An account's events are in the partition its key falls to, so with another number of partitions they are elsewhere.
  package var partitionsCount: Int?

  package init(transaction: String? = nil, partitionsCount: Int? = nil) {
    self.transaction = transaction
    self.partitionsCount = partitionsCount
  }

  /// Reads a mark; words of others are ignored.
  package init(_ text: String) {
    for word in text.split(separator: " ") {
      if word.hasPrefix("transaction=") {
        transaction = String(word.dropFirst("transaction=".count))
      } else if word.hasPrefix("partitions=") {
        partitionsCount = Int(word.dropFirst("partitions=".count))
      }
    }
  }

  package var text: String {
    [transaction.map { "transaction=\($0)" }, partitionsCount.map { "partitions=\($0)" }]
      .compactMap { $0 }.joined(separator: " ")
  }
}
