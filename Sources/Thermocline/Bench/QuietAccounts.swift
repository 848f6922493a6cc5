internal import ThermoclineCore

/// Many accounts with few events: each has one in an hour with probability events-a-week ÷ 168, by one of `users` users
/// with one of `features` features, six in ten a click. Events are decoded already.
package struct QuietAccounts: Sendable {
  package var accounts = 100_000
  package var eventsPerWeek = 20
  package var users = 5
  package var features = 8

  package init() {}

  static let begin = EventTime(year: 2026, month: 1, day: 5)

  /// The events of an hour since the beginning, in the order of time.
  func forEachEvent(
    hour: Int, _ random: inout SplitMix64, _ body: (_ account: Int, _ time: EventTime) -> Void
  ) {
    // The chance of an event in an hour, in 2⁻³² steps.
    let chance = UInt64(eventsPerWeek) << 32 / 168
    for account in 0..<accounts where random.next() >> 32 < chance {
      body(account, time(of: account, hour: hour))
    }
  }

  /// When in an hour an account has its event.
  func time(of account: Int, hour: Int) -> EventTime {
    let offset = Int64(3_600_000) * Int64(account) / Int64(accounts)
    return Self.begin + .hours(Int64(hour)) + TimeSpan(milliseconds: offset)
  }

  /// Adds an event to a batch, which must have room.
  func add(_ account: Int, _ time: EventTime, _ random: inout SplitMix64, to batch: EventBatch) {
    var event = EventRecord()
    event.time = time.milliseconds
    let draw = Int(random.next() >> 33)
    event.account = text("acct-\(1_000_000 + account)", in: batch)
    event.user = text("u-\(1_000_000 + account)-\(draw % users)", in: batch)
    switch draw / 64 % 10 {
    case 0..<6:
      event.type = text("feature_click", in: batch)
      event.feature = text("feature-\(draw / 1_024 % features)", in: batch)
    case 6, 7: event.type = text("bot_call", in: batch)
    case 8: event.type = text("session", in: batch)
    default: event.type = text("login", in: batch)
    }
    batch.append(event)
  }

  private func text(_ text: String, in batch: EventBatch) -> ByteRange {
    var text = text
    return text.withUTF8 { unsafe batch.append(bytes: UnsafeRawBufferPointer($0)) } ?? .absent
  }
}
