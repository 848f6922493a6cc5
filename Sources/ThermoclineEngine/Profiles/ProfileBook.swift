import Synchronization
import ThermoclineCore

/// The account profiles of a job: written by whoever hears of changes, read by every shard.
///
/// A reader holds a `ProfileSnapshot` and renews it now and then; renewing costs one atomic load while nothing
/// has changed, and looking an account up takes no lock at all.
package final class ProfileBook: Sendable {
  private let state: Mutex<ProfileBuckets>
  /// Changes so far. Raised inside the lock, after the change; read outside of it.
  private let version = Atomic<UInt64>(0)

  package init(_ profiles: [String: AccountProfile] = [:]) {
    state = Mutex(ProfileBuckets(profiles))
  }

  /// Puts a profile in the place of the account's earlier one; nil removes it, so that the defaults hold. Any thread.
  package func set(_ profile: AccountProfile?, of account: String) {
    state.withLock {
      $0[account] = profile
      // Pairs with the load in `renew`: who sees the number finds the change behind the lock.
      version.add(1, ordering: .releasing)
    }
  }

  /// All profiles as they are now. Any thread.
  package var snapshot: ProfileSnapshot {
    state.withLock { ProfileSnapshot(version: version.load(ordering: .acquiring), buckets: $0) }
  }

  /// Brings a snapshot up to date; free while nothing has changed.
  /// - Returns: whether something had.
  @discardableResult package func renew(_ snapshot: inout ProfileSnapshot) -> Bool {
    guard version.load(ordering: .acquiring) != snapshot.version else { return false }
    snapshot = self.snapshot
    return true
  }
}
