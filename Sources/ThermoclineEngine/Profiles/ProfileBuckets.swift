import ThermoclineCore

/// Profiles by account, cut into pieces, so that a change while somebody reads an older state copies one
/// piece and not all of them.
struct ProfileBuckets: Sendable {
  private var buckets: [[String: AccountProfile]]
  private(set) var count = 0

  /// Pieces; with a million profiles a change copies about a thousand of them.
  private static let bucketsCount = 1_024

  init(_ profiles: [String: AccountProfile]) {
    buckets = Array(repeating: [:], count: Self.bucketsCount)
    for (account, profile) in profiles { self[account] = profile }
  }

  subscript(account: String) -> AccountProfile? {
    get { buckets[Self.place(account)][account] }
    set {
      let place = Self.place(account)
      let before = buckets[place].count
      buckets[place][account] = newValue
      count += buckets[place].count - before
    }
  }

  private static func place(_ account: String) -> Int {
    account.hashValue & (bucketsCount - 1)
  }
}
