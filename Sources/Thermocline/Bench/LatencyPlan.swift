/// Which event goes when to which account.
struct LatencyPlan: Sendable {
  /// Events a second.
  let rate: Int
  let accounts: Int
  let events: Int
  /// The first of them are not counted.
  let warmUpEvents: Int

  /// Nanoseconds after the beginning at which an event, from 0, is to be sent.
  func due(_ event: Int) -> UInt64 { UInt64(event) * 1_000_000_000 / UInt64(rate) }

  /// Events that are to have been sent after so many nanoseconds.
  func dueCount(after nanoseconds: UInt64) -> Int {
    min(events, Int(nanoseconds * UInt64(rate) / 1_000_000_000) + 1)
  }

  func account(of event: Int) -> Int { event % accounts }

  /// The n-th event (from 1) of an account.
  func event(_ n: Int, of account: Int) -> Int { (n - 1) * accounts + account }

  static let namePrefix = "account-"

  static func name(of account: Int) -> String { namePrefix + "\(account)" }

  /// The account of a name; nil for another.
  static func account(named name: UnsafeRawBufferPointer) -> Int? {
    guard name.count > namePrefix.utf8.count, unsafe name.starts(with: namePrefix.utf8) else {
      return nil
    }
    var number = 0
    for place in namePrefix.utf8.count..<name.count {
      let byte = unsafe name[place]
      guard byte >= 48, byte < 58, number < 1 << 40 else { return nil }
      number = number * 10 + Int(byte - 48)
    }
    return number
  }
}
