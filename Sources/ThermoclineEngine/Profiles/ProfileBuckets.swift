import ThermoclineCore

/// Profiles by account, cut into pieces, so that a change while somebody reads an older state copies one
/// piece and not all of them.
struct ProfileBuckets: Sendable {
  private var buckets: [[String: AccountProfile]]
  private(set) var count = 0
  /// How many accounts name an account as their parent.
  private(set) var children: [String: Int] = [:]

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
      note(parent: buckets[place][account]?.parent, -1)
      note(parent: newValue?.parent, 1)
      buckets[place][account] = newValue
      count += buckets[place].count - before
    }
  }

  private mutating func note(parent: String?, _ change: Int) {
    guard let parent else { return }
    let count = children[parent, default: 0] + change
    children[parent] = count > 0 ? count : nil
  }

  private static func place(_ account: String) -> Int {
    account.hashValue & (bucketsCount - 1)
  }
}
