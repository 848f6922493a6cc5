/// Values by account, cut into pieces, so that a change while somebody reads an older state copies one
/// piece and not all of them.
struct AccountBuckets<Value: AccountValue>: Sendable {
  private var buckets: [[String: Value]]
  private(set) var count = 0
  /// How many accounts name an account as their parent.
  private(set) var children: [String: Int] = [:]

  /// Pieces; with a million accounts a change copies about a thousand of them.
  private static var bucketsCount: Int { 1_024 }

  init(_ values: [String: Value]) {
    buckets = Array(repeating: [:], count: Self.bucketsCount)
    for (account, value) in values { self[account] = value }
  }

  subscript(account: String) -> Value? {
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
