import ThermoclineCore

/// The profiles as they were at one moment; a value, read without a lock.
package struct ProfileSnapshot: Sendable {
  /// How often the book had changed.
  package let version: UInt64
  private let buckets: ProfileBuckets

  /// What the vendor knows of an account; the defaults for one without a profile.
  package subscript(account: String) -> AccountProfile { buckets[account] ?? AccountProfile() }

  /// The account's own profile; nil without one.
  package func profile(of account: String) -> AccountProfile? { buckets[account] }

  /// Whether the account has a profile of its own.
  package func contains(_ account: String) -> Bool { buckets[account] != nil }

  /// Whether any account has a parent, and whether this one is named as one.
  package var hasParents: Bool { !buckets.children.isEmpty }
  package func isParent(_ account: String) -> Bool { buckets.children[account] != nil }

  /// Accounts with a profile.
  package var count: Int { buckets.count }

  init(version: UInt64, buckets: ProfileBuckets) {
    self.version = version
    self.buckets = buckets
  }
}
