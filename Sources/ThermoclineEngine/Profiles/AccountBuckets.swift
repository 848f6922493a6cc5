/// Values by account, cut into pieces, so that a change while somebody reads an older state copies one
/// piece and not all of them.
struct AccountBuckets<Value: Sendable>: Sendable {
  private var buckets: [[String: Value]]
  private(set) var count = 0

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
      buckets[place][account] = newValue
      count += buckets[place].count - before
    }
  }

  private static func place(_ account: String) -> Int {
    account.hashValue & (bucketsCount - 1)
  }
}
