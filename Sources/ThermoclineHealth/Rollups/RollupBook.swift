package import ThermoclineCore

/// Makes roll-ups of each midnight's tallies, and remembers what the next need of it: which segments there were, and
/// their share of accounts in the lowest band.
package struct RollupBook: Sendable {
  private struct Past: Sendable {
    /// Days since 1970-01-01 and share, oldest first.
    var shares: [(day: Int64, share: Double)] = []
    /// The last day there was such a segment.
    var last: EventTime
  }

  private var past: [Segment: Past] = [:]
  /// The last midnight that was reported.
  package private(set) var last = EventTime.distantPast

  package init() {}

  /// The figures of a midnight after the last one.
  package mutating func report(
    _ tallies: SegmentTallies, at time: EventTime, policy: Policy
  ) -> RollupReport {
    precondition(time > last)
    last = time
    var segments: [Segment: SegmentTally] = [:]
    for (segment, tally) in tallies.tallies where tally.accounts > 0 {
      for rollup in segment.rollups {
        if segments[rollup] == nil {
          segments[rollup] = tally
        } else {
          segments[rollup]!.merge(tally)
        }
      }
    }
    let rollups = segments.map { rollup($0.key, $0.value, time, policy) }
      .sorted { $0.segment < $1.segment }
    let gone = past.filter { $0.value.last < time }.map(\.key)
    for segment in gone { past[segment] = nil }
    return RollupReport(at: time, rollups: rollups, ceased: gone.map(\.name).sorted())
  }

  private mutating func rollup(
    _ segment: Segment, _ tally: SegmentTally, _ time: EventTime, _ policy: Policy
  ) -> HealthRollup {
    var rollup = HealthRollup(segment: segment.name, at: time, policy: policy.identifier)
    rollup.accounts = tally.accounts
    rollup.scored = tally.scored
    rollup.bands = Self.named(tally.bands, policy)
    if tally.overridden.contains(where: { $0 > 0 }) {
      rollup.overridden = Self.named(tally.overridden, policy)
      rollup.effectiveBands = Self.named(tally.effective, policy)
    }
    rollup.quadrants = zip(Quadrant.allCases, tally.quadrants).map {
      NamedCount(name: $0.rawValue, count: $1)
    }
    rollup.revenue = tally.revenue
    rollup.revenueAtRisk = tally.revenueAtRisk
    if let rule = policy.usage { rollup.usage = tally.usage?.rollup(rule, at: time) }
    if let parent = segment.parent {
      rollup.parent = Self.health(of: parent, tally, policy)
    }
    var memory = past[segment] ?? Past(last: time)
    memory.last = time
    if tally.scored > 0 {
      let scores = SortedSketch(tally.scores)
      rollup.mean = Points(Double(tally.points) / Double(tally.scored) / 10_000)
      (rollup.p10, rollup.p50, rollup.p90) = (
        scores.quantile(0.1).map { Points(min($0, 100)) },
        scores.quantile(0.5).map { Points(min($0, 100)) },
        scores.quantile(0.9).map { Points(min($0, 100)) }
      )
      let share = Double(tally.bands[0]) / Double(tally.scored)
      rollup.redShare = share
      let day = time.milliseconds / TimeSpan.days(1).milliseconds
      memory.shares.append((day, share))
      memory.shares.removeAll { $0.day <= day - Int64(policy.trendScores) }
      rollup.redTrend = Self.slope(memory.shares)
    }
    past[segment] = memory
    return rollup
  }

  private static func named(_ counts: [Int], _ policy: Policy) -> [NamedCount] {
    zip(policy.bands, counts).map { NamedCount(name: $0.name, count: $1) }
  }

  private static func health(
    of parent: String, _ tally: SegmentTally, _ policy: Policy
  ) -> ParentHealth {
    var points: Points?
    if tally.scored > 0 {
      switch policy.parents {
      case .revenueWeighted:
        points =
          tally.revenueScored > 0
          ? Points(Double(tally.weighted) / Double(tally.revenueScored) / 10_000)
          : Points(Double(tally.points) / Double(tally.scored) / 10_000)
      case .worstOf: points = Points(tenThousandths: Int64(tally.worst))
      case .own: break
      }
    }
    if policy.parents == .own, tally.own != noPoints {
      points = Points(tenThousandths: Int64(tally.own))
    }
    let band = points.map { BandCuts(policy).band(of: $0, before: nil) }
    return ParentHealth(
      rule: policy.parents.rawValue, score: points, band: band.map { policy.bands[$0].name })
  }

  /// Least squares; nil with fewer than two days.
  private static func slope(_ shares: [(day: Int64, share: Double)]) -> Double? {
    guard shares.count >= 2 else { return nil }
    let n = Double(shares.count)
    let x = shares.reduce(0) { $0 + Double($1.day - shares[0].day) } / n
    let y = shares.reduce(0) { $0 + $1.share } / n
    var (xx, xy) = (0.0, 0.0)
    for (day, share) in shares {
      let dx = Double(day - shares[0].day) - x
      xx += dx * dx
      xy += dx * (share - y)
    }
    return xy / xx
  }
}

extension RollupBook {
  package func write(to state: inout StateWriter) {
    state.write(last)
    state.write(UInt64(past.count))
    for (segment, memory) in past.sorted(by: { $0.key.name < $1.key.name }) {
      segment.write(to: &state)
      state.write(memory.last)
      state.write(UInt64(memory.shares.count))
      for (day, share) in memory.shares {
        state.write(day)
        state.write(share)
      }
    }
  }

  package mutating func read(from state: inout StateReader) throws(StateError) {
    last = try state.time()
    past = [:]
    for _ in 0..<(try state.count()) {
      let segment = try Segment(from: &state)
      var memory = Past(last: try state.time())
      for _ in 0..<(try state.count()) {
        memory.shares.append((try state.number(), try state.double()))
      }
      past[segment] = memory
    }
  }
}
