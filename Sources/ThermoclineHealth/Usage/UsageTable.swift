package import ThermoclineCore

/// What usage needs to know of the past of every account of a partition: 572 bytes each.
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
  /// For each of the last weeks, by number modulo `StartWeek.kept`: users who came in it, and for each horizon those of them
  /// who were there.
  var weeks = Slab<UInt32>(capacity: 1)
  /// The first week of which all is known: an earlier format has no weeks.
  var weeksFrom = Int32.min

  /// The oldest cohort is decided a week after the last horizon.
  static let daysKept = UsagePlan.horizons.last! + 8
  static let cohortsKept = 2 * UsagePlan.horizons.count
  static let weekNumbers = 1 + UsagePlan.horizons.count
  static let weeksKept = StartWeek.kept * weekNumbers

  package init() {}

  /// Bytes held.
  package var bytes: Int { rows.bytes + newUsers.bytes + cohorts.bytes + weeks.bytes }

  /// Adds accounts without a past.
  package mutating func extend(to count: Int) {
    let more = count - rows.count
    guard more > 0 else { return }
    rows.append(repeating: Row(), count: more)
    newUsers.append(repeating: 0, count: more * Self.daysKept)
    cohorts.append(repeating: 0, count: more * Self.cohortsKept)
    weeks.append(repeating: 0, count: more * Self.weeksKept)
  }

  /// The account has no past any more.
  package mutating func reset(_ account: UInt32) {
    rows[account] = Row()
    for i in 0..<Self.daysKept { newUsers[Int(account) * Self.daysKept + i] = 0 }
    for i in 0..<Self.cohortsKept { cohorts[Int(account) * Self.cohortsKept + i] = 0 }
    for i in 0..<Self.weeksKept { weeks[Int(account) * Self.weeksKept + i] = 0 }
  }

  /// Where the numbers of an account's week begin.
  static func place(_ account: UInt32, _ week: Int32) -> Int {
    Int(account) * weeksKept + Int(week) % StartWeek.kept * weekNumbers
  }

  /// Begins the weeks that begin after one day, up to another one's; their places had other weeks.
  mutating func beginWeeks(_ account: UInt32, after before: Int32, through day: Int32) {
    let last = StartWeek.of(day: day)
    let first = max(StartWeek.of(day: max(before, 0)) + 1, last - Int32(StartWeek.kept) + 1)
    guard first <= last else { return }
    for week in first...last {
      let place = Self.place(account, week)
      for i in place..<place + Self.weekNumbers { weeks[i] = 0 }
    }
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
    state.write(Int64(weeksFrom))
    weeks.write(to: &state)
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
    guard state.format >= 4 else { return beginWeeks() }
    weeksFrom = Int32(truncatingIfNeeded: try state.number())
    try weeks.read(from: &state)
    guard weeks.count == rows.count * Self.weeksKept else {
      throw StateError("the weeks of accounts are of another policy")
    }
  }

  /// Nothing is known of the weeks that began before the last midnight.
  private mutating func beginWeeks() {
    weeks.removeAll()
    weeks.append(repeating: 0, count: rows.count * Self.weeksKept)
    var last = Int32.min
    for account in 0..<rows.count { last = max(last, rows[account].day) }
    weeksFrom = last == .min ? .min : StartWeek.of(day: last - 1) + 1
  }
}
