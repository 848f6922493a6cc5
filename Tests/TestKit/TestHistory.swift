import ThermoclineCore

/// 2025-01-06T00:00:00Z, a Monday.
public let monday = EventTime(year: 2025, month: 1, day: 6)
public let hour: Int64 = 3_600_000
public let day: Int64 = 86_400_000

/// Some weeks of some accounts, in the order of time; the last account stops half way. `values`: nil = 1 each.
public func history(
  accounts: Int, days: Int, seed: UInt64, perDay: Int = 3, values: ClosedRange<Int64>? = nil
) -> [TestEvent] {
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
            value: values.map { Int64.random(in: $0, using: &random) } ?? 1))
      }
    }
  }
  return events.sorted {
    ($0.time, $0.account, $0.type, $0.user) < ($1.time, $1.account, $1.type, $1.user)
  }
}
