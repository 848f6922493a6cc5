/// A message before its bytes are written. Everything in it is a plain number, so that a day of
/// them is one block of memory.
struct PendingMessage: Sendable {
  /// Milliseconds since 1970.
  var arrival: Int64
  var time: Int64
  var value: Int64 = 1
  var account: Int32
  /// Rank of the user; −1 = none.
  var user: Int32 = -1
  /// Rank of the feature; −1 = none.
  var feature: Int16 = -1
  /// Position in `EventType.allCases`.
  var type: UInt8
  var kind = SimulatedMessage.Kind.event

  /// Order of arrival. What is equal in all of these is equal in its bytes, so the order is
  /// complete.
  static func arrivesBefore(_ a: PendingMessage, _ b: PendingMessage) -> Bool {
    if a.arrival != b.arrival { return a.arrival < b.arrival }
    if a.time != b.time { return a.time < b.time }
    if a.account != b.account { return a.account < b.account }
    if a.type != b.type { return a.type < b.type }
    if a.user != b.user { return a.user < b.user }
    if a.feature != b.feature { return a.feature < b.feature }
    if a.value != b.value { return a.value < b.value }
    return a.kind.rawValue < b.kind.rawValue
  }
}
