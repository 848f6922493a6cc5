import ThermoclineCore

/// What a book said at one moment; a value, read without a lock.
package struct AccountSnapshot<Value: AccountValue>: Sendable {
  /// How often the book had changed.
  package let version: UInt64
  private let buckets: AccountBuckets<Value>

  /// The account's own value; nil without one.
  package func value(of account: String) -> Value? { buckets[account] }

  /// Whether the account has a value of its own.
  package func contains(_ account: String) -> Bool { buckets[account] != nil }

  /// Whether any account has a parent, and whether this one is named as one.
  package var hasParents: Bool { !buckets.children.isEmpty }
  package func isParent(_ account: String) -> Bool { buckets.children[account] != nil }

  /// Accounts with a value.
  package var count: Int { buckets.count }

  init(version: UInt64, buckets: AccountBuckets<Value>) {
    self.version = version
    self.buckets = buckets
  }
}

extension AccountSnapshot<AccountProfile> {
  /// What the vendor knows of an account; the defaults for one without a profile.
  package subscript(account: String) -> AccountProfile { buckets[account] ?? AccountProfile() }

  /// The account's own profile; nil without one.
  package func profile(of account: String) -> AccountProfile? { value(of: account) }
}
