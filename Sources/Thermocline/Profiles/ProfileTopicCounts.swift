/// What came from the profile topic so far. `read` = `set` + `removed` + `refused`.
package struct ProfileTopicCounts: Sendable, Equatable {
  package var read = 0
  /// Profiles taken over.
  package var set = 0
  /// Tombstones: the defaults hold again.
  package var removed = 0
  /// Messages that are no profile; the account's earlier one stays.
  package var refused = 0

  package init() {}
}
