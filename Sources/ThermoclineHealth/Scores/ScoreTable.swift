package import ThermoclineCore

/// What scores need to know of the final scores before, for every account of a partition: rows of
/// plain numbers, one after the other, 16 bytes and what the policy's measures and trend take.
package struct ScoreTable: ~Copyable, Sendable {
  struct Row: BitwiseCopyable {
    /// Place of the last band in the policy, from the lowest; `noPlace` before the first.
    var band = noPlace
    /// The last side of each axis: 1 = high, 0 = low, `noPlace` before the first.
    var commitment = noPlace
    var temperature = noPlace
    /// The variant of the policy behind the last final score.
    var variant = noPlace
    /// Days in use.
    var days: UInt8 = 0
    /// Whether the last final score was one, so that its contributions stand here.
    var hasContributions = false
    /// The newest event that the last final score knew of.
    var lastEvent = EventTime.distantPast
  }

  var rows = Slab<Row>()
  /// Ten-thousandths of a point each measure contributed to the last final score.
  var contributions = Slab<Int32>()
  /// The last final score of each of the last days that had one, oldest first.
  var daily = Slab<DailyScore>()
  let measuresCount: Int
  /// Days an account remembers at most.
  let daysMax: Int

  package init(_ plan: PolicyPlan) {
    measuresCount = plan.measures.count
    daysMax = max(plan.policy.trendScores, PolicyLimits.weekDays + 1)
  }

  package var count: Int { rows.count }

  /// Bytes held.
  package var bytes: Int { rows.bytes + contributions.bytes + daily.bytes }

  /// Adds accounts without a past.
  package mutating func extend(to count: Int) {
    let more = count - rows.count
    guard more > 0 else { return }
    rows.append(repeating: Row(), count: more)
    contributions.append(repeating: 0, count: more * measuresCount)
    daily.append(repeating: DailyScore(day: 0, score: 0), count: more * daysMax)
  }

  /// Goes over to another policy with the same accounts: the band where the bands are called the same, the sides of the axes, and no
  /// scores, for those of another policy are not to be compared with.
  package mutating func carry(from old: PolicyPlan, to new: PolicyPlan) {
    var table = ScoreTable(new)
    table.extend(to: count)
    let keepsBands = old.policy.bands.map(\.name) == new.policy.bands.map(\.name)
    for account in 0..<count {
      table.rows[account].band = keepsBands ? rows[account].band : noPlace
      table.rows[account].commitment = rows[account].commitment
      table.rows[account].temperature = rows[account].temperature
    }
    self = table
  }

  /// The account has no past any more.
  package mutating func reset(_ account: UInt32) { rows[account] = Row() }
}

/// The final score of one day.
package struct DailyScore: Sendable, Equatable, BitwiseCopyable {
  /// Days since 1970-01-01 that were over when the score was final.
  package var day: Int32
  /// Ten-thousandths of a point.
  package var score: Int32

  package init(day: Int32, score: Int32) {
    self.day = day
    self.score = score
  }
}

extension ScoreTable {
  /// All rows, as they stand in memory.
  package func write(to state: inout StateWriter) {
    rows.write(to: &state)
    contributions.write(to: &state)
    daily.write(to: &state)
  }

  package mutating func read(from state: inout StateReader) throws(StateError) {
    try rows.read(from: &state)
    try contributions.read(from: &state)
    try daily.read(from: &state)
    guard contributions.count == rows.count * measuresCount, daily.count == rows.count * daysMax
    else {
      throw StateError("the rows of accounts are of another policy")
    }
  }
}
