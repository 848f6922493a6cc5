import Synchronization
import ThermoclineCore

/// What a job knows of its accounts besides their events, profiles for example: written by whoever hears of changes, read
/// by every shard.
///
/// A reader holds an `AccountSnapshot` and renews it now and then; renewing costs one atomic load while nothing
/// has changed, and looking an account up takes no lock at all.
package final class AccountBook<Value: AccountValue>: Sendable {
  private let state: Mutex<AccountBuckets<Value>>
  /// Changes so far. Raised inside the lock, after the change; read outside of it.
  private let version = Atomic<UInt64>(0)

  package init(_ values: [String: Value] = [:]) { state = Mutex(AccountBuckets(values)) }

  /// Puts a value in the place of the account's earlier one; nil removes it. Any thread.
  package func set(_ value: Value?, of account: String) {
    state.withLock {
      $0[account] = value
      // Pairs with the load in `renew`: who sees the number finds the change behind the lock.
      version.add(1, ordering: .releasing)
    }
  }

  /// All values as they are now. Any thread.
  package var snapshot: AccountSnapshot<Value> {
    state.withLock { AccountSnapshot(version: version.load(ordering: .acquiring), buckets: $0) }
  }

  /// Brings a snapshot up to date; free while nothing has changed.
  /// - Returns: whether something had.
  @discardableResult package func renew(_ snapshot: inout AccountSnapshot<Value>) -> Bool {
    guard version.load(ordering: .acquiring) != snapshot.version else { return false }
    snapshot = self.snapshot
    return true
  }
}

/// What the vendor knows of the accounts; without a profile the defaults hold.
package typealias ProfileBook = AccountBook<AccountProfile>
/// What people say of scores.
package typealias OverrideBook = AccountBook<ScoreOverride>
/// What people say of alerts: keyed not by account but by the alert's fingerprint.
package typealias ControlBook = AccountBook<AlertControl>
