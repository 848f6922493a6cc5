/// What some records changed, for pages that are open.
package struct HistoryChange: Sendable, Equatable {
  /// Accounts with a newer score, or forgotten.
  package var accounts: Set<String> = []
  /// Fingerprints of alerts with a new state.
  package var alerts: Set<String> = []
  /// Segments with newer figures.
  package var segments: Set<String> = []
  /// Messages that are not what their topic promises; they are passed over.
  package var broken = 0

  package init() {}

  /// Adds what later records changed.
  package mutating func merge(_ later: HistoryChange) {
    accounts.formUnion(later.accounts)
    alerts.formUnion(later.alerts)
    segments.formUnion(later.segments)
    broken += later.broken
  }

  package var isEmpty: Bool { accounts.isEmpty && alerts.isEmpty && segments.isEmpty }
}
