internal import ThermoclineCore

/// What the usage records say of a period: the days of one account whole, of the others only what medians need.
struct UsageHistory {
  /// What an account came to at the end of its figures.
  struct Account {
    /// The newest record up to the end of the period.
    var newest: AccountUsage
    /// Users of seven days by day of the period, from its beginning on; −1 = no record of that midnight.
    var weekly: [Int32]
  }

  private let account: String
  private let period: ReportPeriod
  /// Records of the account up to the end of the period, in the order of time.
  private(set) var own: [AccountUsage] = []
  private(set) var accounts: [String: Account] = [:]
  /// The first and last midnight of all records, whatever the period.
  private(set) var covered: (first: EventTime, last: EventTime)?
  /// Nothing can be told of earlier times: records of them may be gone.
  var wholeFrom = EventTime.distantPast

  init(_ account: String, _ period: ReportPeriod) {
    self.account = account
    self.period = period
  }

  /// Of what is said twice of a midnight the later word counts.
  mutating func add(_ usage: AccountUsage) {
    let (first, last) = covered ?? (usage.at, usage.at)
    covered = (min(first, usage.at), max(last, usage.at))
    guard usage.at <= period.to else { return }
    if usage.account == account {
      let place = (own.lastIndex { $0.at < usage.at } ?? -1) + 1
      if place < own.count, own[place].at == usage.at {
        own[place] = usage
      } else {
        own.insert(usage, at: place)
      }
    }
    // Days before the period are told by the one at its beginning.
    let day = max(0, Int((usage.at - period.from).milliseconds / TimeSpan.days(1).milliseconds))
    var kept =
      accounts[usage.account]
      ?? Account(newest: usage, weekly: [Int32](repeating: -1, count: Int(daysCount) + 1))
    accounts[usage.account] = nil
    if usage.at >= kept.newest.at { kept.newest = usage }
    kept.weekly[day] = Int32(clamping: usage.users.weekly)
    accounts[usage.account] = kept
  }

  private var daysCount: Int64 {
    (period.to - period.from).milliseconds / TimeSpan.days(1).milliseconds
  }

  /// The account's newest record up to a midnight; nil where it cannot be told.
  func own(at time: EventTime) -> AccountUsage? {
    time < wholeFrom ? nil : own.last { $0.at <= time }
  }

  /// Users of the seven days up to a midnight of the period; nil before an account's first record, and where it cannot be
  /// told.
  func weekly(_ account: Account, at time: EventTime) -> Int? {
    guard time >= wholeFrom else { return nil }
    let day = Int((time - period.from).milliseconds / TimeSpan.days(1).milliseconds)
    guard account.weekly.indices.contains(day) else { return nil }
    return account.weekly[...day].last { $0 >= 0 }.map(Int.init)
  }
}
