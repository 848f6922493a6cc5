/// Outputs wait: the sink takes none, or commits none.
package struct OutputWait: Sendable, Equatable {
  /// By the pipeline's clock.
  package var since: UInt64
  /// What stands in the way, for a person.
  package var reason: String

  package init(since: UInt64, reason: String) {
    self.since = since
    self.reason = reason
  }
}
