package import ThermoclineCore

/// What usage needs to know of the past of every account of a partition: 336 bytes each.
package struct UsageTable: ~Copyable, Sendable {
  struct Row: BitwiseCopyable {
    /// The last midnight, in days since 1970-01-01; `Int32.min` before the first.
    var day = Int32.min
    /// Horizons of the account's retention that are decided, and those at which it was there.
    var decided: UInt8 = 0
    var retained: UInt8 = 0
    /// Days with an outcome: bit i = i days before the last midnight's day.
    var outcomes: UInt64 = 0
    /// Of what was published last; 0 before the first.
    var shown: UInt64 = 0
  }

  var rows = Slab<Row>(capacity: 1)
  /// New users of each of the last days, by day modulo `daysKept`.
  var newUsers = Slab<UInt32>(capacity: 1)
  /// For each horizon: users whose week is over, and those who were there in it.
  var cohorts = Slab<UInt32>(capacity: 1)

  /// The oldest cohort is decided a week after the last horizon.
  static let daysKept = UsagePlan.horizons.last! + 8
  static let cohortsKept = 2 * UsagePlan.horizons.count

  package init() {}

  /// Bytes held.
  package var bytes: Int { rows.bytes + newUsers.bytes + cohorts.bytes }

  /// Adds accounts without a past.
  package mutating func extend(to count: Int) {
    let more = count - rows.count
    guard more > 0 else { return }
    rows.append(repeating: Row(), count: more)
    newUsers.append(repeating: 0, count: more * Self.daysKept)
    cohorts.append(repeating: 0, count: more * Self.cohortsKept)
  }

  /// The account has no past any more.
  package mutating func reset(_ account: UInt32) {
    rows[account] = Row()
    for i in 0..<Self.daysKept { newUsers[Int(account) * Self.daysKept + i] = 0 }
    for i in 0..<Self.cohortsKept { cohorts[Int(account) * Self.cohortsKept + i] = 0 }
  }

  /// Notes what is published of an account; false when it is what was published before.
  package mutating func show(_ account: UInt32, _ bytes: ArraySlice<UInt8>) -> Bool {
    // FNV-1a of 64 bits: a change goes unseen once in 2⁶⁴.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    defer { rows[account].shown = hash }
    return rows[account].shown != hash
  }
}

extension UsageTable {
  /// All rows, as they stand in memory.
  package func write(to state: inout StateWriter) {
    rows.write(to: &state)
    newUsers.write(to: &state)
    cohorts.write(to: &state)
  }

  package mutating func read(from state: inout StateReader) throws(StateError) {
    try rows.read(from: &state)
    try newUsers.read(from: &state)
    try cohorts.read(from: &state)
    guard newUsers.count == rows.count * Self.daysKept,
      cohorts.count == rows.count * Self.cohortsKept
    else {
      throw StateError("the rows of accounts are of another policy")
    }
  }
}
