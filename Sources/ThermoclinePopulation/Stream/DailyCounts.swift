/// True numbers of events for every account and day, by event time.
package struct DailyCounts: Sendable, Equatable {
  package let accounts: Int
  package let days: Int
  private var counts: [UInt32]

  package init(accounts: Int, days: Int) {
    self.accounts = accounts
    self.days = days
    counts = Array(repeating: 0, count: accounts * days)
  }

  /// Events of the account (by position) on the day, from 0.
  package subscript(account: Int, day: Int) -> Int {
    get { Int(counts[account * days + day]) }
    set { counts[account * days + day] = UInt32(newValue) }
  }

  /// Events of the account in the days of `range`.
  package func sum(account: Int, days range: Range<Int>) -> Int {
    range.reduce(0) { $0 + self[account, $1] }
  }
}
