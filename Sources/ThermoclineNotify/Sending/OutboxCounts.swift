/// What became of the messages that one sink took from the topic. `read` = `single` + `batched` + `inDigest` + `alreadyTold` +
/// `filtered` + `duplicates` + `refused` + `unreadable` + `givenUp` + those that wait.
package struct OutboxCounts: Sendable, Equatable {
  package var read = 0
  /// Delivered in a request of their own.
  package var single = 0
  /// Delivered in a list.
  package var batched = 0
  /// Delivered in a digest.
  package var inDigest = 0
  /// Ends of alerts that only a digest told of, where that needs no further word.
  package var alreadyTold = 0
  /// Not for this sink.
  package var filtered = 0
  package var duplicates = 0
  /// Never to be accepted: in the dead letters.
  package var refused = 0
  /// No alerts: in the dead letters.
  package var unreadable = 0
  /// Taken, and left to another process before they were delivered.
  package var givenUp = 0

  /// Requests by what became of them.
  package var requestsAccepted = 0
  package var requestsRetried = 0
  package var requestsRefused = 0
  /// Failures by reason: `http_503`, `timeout`, `connection`.
  package var failures: [String: Int] = [:]

  package init() {}

  /// Changes that were delivered.
  package var delivered: Int { single + batched + inDigest }
}
