import ThermoclineCore

/// 2025-01-06T00:00:00Z, a Monday.
public let monday = EventTime(year: 2025, month: 1, day: 6)
public let hour: Int64 = 3_600_000
public let day: Int64 = 86_400_000

/// Some weeks of some accounts, in the order of time; the last account stops half way.
public func history(accounts: Int, days: Int, seed: UInt64, perDay: Int = 3) -> [TestEvent] {
  var random = SeededGenerator(seed: seed)
  var events: [TestEvent] = []
  for d in 0..<Int64(days) {
    for a in 0..<accounts {
      if a == accounts - 1, d > days / 2 { continue }
      for _ in 0..<Int.random(in: 1...perDay, using: &random) {
        events.append(
          TestEvent(
            ["login", "feature_click", "bot_call"].randomElement(using: &random)!,
            account: "acct-\(a)", user: "u\(Int.random(in: 0..<4, using: &random))",
            time: monday.milliseconds + d * day + Int64.random(in: 0..<day, using: &random),
            value: Int64.random(in: 1...3, using: &random)))
      }
    }
  }
  return events.sorted {
    ($0.time, $0.account, $0.type, $0.user) < ($1.time, $1.account, $1.type, $1.user)
  }
}
