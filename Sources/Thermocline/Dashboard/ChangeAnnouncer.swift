internal import Synchronization
internal import ThermoclineDashboard

/// Tells the open pages what has changed, a few times a second and not with every batch. Any thread.
final class ChangeAnnouncer: Sendable {
  private let hub: LiveHub
  private let waiting = Mutex(Waiting())

  private struct Waiting {
    var change = HistoryChange()
    var told: UInt64 = 0
  }

  private static let leastNanoseconds: UInt64 = 250_000_000

  init(_ hub: LiveHub) { self.hub = hub }

  func add(_ change: HistoryChange) {
    waiting.withLock { $0.change.merge(change) }
  }

  func announceIfDue() {
    let now = monotonicNanoseconds()
    let change = waiting.withLock { waiting -> HistoryChange? in
      guard !waiting.change.isEmpty, now &- waiting.told >= Self.leastNanoseconds else {
        return nil
      }
      waiting.told = now
      defer { waiting.change = HistoryChange() }
      return waiting.change
    }
    if let change { hub.publish(change) }
  }
}
