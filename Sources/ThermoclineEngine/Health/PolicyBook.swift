import Synchronization
import ThermoclineCore
import ThermoclineHealth

/// The policy that a job's partitions go over to at a midnight of event time. Written by whoever hears of a new one; asked
/// by every partition once a tick, which costs one atomic load while there is none.
package final class PolicyBook: Sendable {
  /// A policy and the first midnight that is judged by it.
  struct Edition: Sendable {
    var number: UInt32
    var plan: PolicyPlan
    var from: EventTime
  }

  private let edition = Mutex<Edition?>(nil)
  private let number = Atomic<UInt32>(0)

  package init() {}

  /// From the midnight `from` on the plan holds. It replaces one that has not come to hold yet. Any thread.
  package func set(_ plan: PolicyPlan, from: EventTime) {
    edition.withLock {
      let next = number.load(ordering: .relaxed) &+ 1
      $0 = Edition(number: next, plan: plan, from: from)
      // Pairs with the load in `edition(after:)`: who sees the number finds the edition behind the lock.
      number.store(next, ordering: .releasing)
    }
  }

  /// What came after the edition of this number; nil when nothing did.
  func edition(after known: UInt32) -> Edition? {
    guard number.load(ordering: .acquiring) != known else { return nil }
    return edition.withLock { $0 }
  }
}
