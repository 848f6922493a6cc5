/// What came from a topic keyed by account so far. `read` = `set` + `removed` + `refused`.
package struct AccountTopicCounts: Sendable, Equatable {
  package var read = 0
  /// Values taken over.
  package var set = 0
  /// Tombstones: the account has no value any more.
  package var removed = 0
  /// Messages that were refused; the account's earlier value stays.
  package var refused = 0

  package init() {}
}
