import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineHealth

@Suite struct SegmentTalliesTests {
  private static let segments = [
    Segment(industry: "bank", tier: "mid", stage: "active"), Segment(parent: "acme"),
    Segment(industry: "", tier: "=", stage: "renewal"),
  ]

  private func tallies() -> SegmentTallies {
    let plan = PolicyPlan(.standard)
    var sheet = ScoreSheet(plan)
    var tallies = SegmentTallies(peerMeasures: [])
    for (i, segment) in Self.segments.enumerated() {
      var tally = SegmentTally(bands: 3, peers: 0)
      for (points, band) in [(900_000, 2), (100_000, 0), (500_000, 1)] as [(Int32, UInt8)] {
        (sheet.points, sheet.band) = (points, band)
        tally.add(&sheet, revenue: 10, said: Int(band) == i ? nil : i)
      }
      if i > 0 {
        var usage = AccountUsage(account: "a", at: .distantPast, policy: "p@1", stage: "active")
        usage.funnel = [
          AccountUsage.Step(type: "a", users: 9, conversion: nil, converted: 9),
          AccountUsage.Step(type: "b", users: 12, conversion: nil, converted: 4),
        ]
        tally.add(UsageTally(usage, userDays: 3))
      }
      tallies.add(tally, segment)
    }
    return tallies
  }

  @Test(
    "what is written is read back, and what an earlier version reads of it ends before what was added"
  )
  func versions() throws {
    let tallies = tallies()
    let earlier = stateBytes { tallies.write(to: &$0) }
    let all = stateBytes {
      tallies.write(to: &$0)
      tallies.writeAdded(to: &$0)
    }
    #expect(all.starts(with: earlier) && all.count > earlier.count)
    var state = StateReader(all)
    var read = try SegmentTallies(from: &state)
    try read.readAdded(from: &state)
    try state.finish()
    #expect(read == tallies)
    // Of an earlier version: nobody overrides anything, and who was through a funnel is not known.
    state = StateReader(earlier)
    let old = try SegmentTallies(from: &state)
    try state.finish()
    for (segment, tally) in old.tallies {
      let whole = try #require(tallies.tallies[segment])
      #expect(tally.bands == whole.bands && tally.effective == whole.bands)
      #expect(tally.overridden == [0, 0, 0] && whole.overridden.reduce(0, +) == 2)
      #expect(tally.usage?.funnel == whole.usage?.funnel)
      #expect(tally.usage?.through ?? [] == [])
    }
  }

  @Test("parts of two versions add up to what is known")
  func mixed() throws {
    let tallies = tallies()
    var state = StateReader(stateBytes { tallies.write(to: &$0) })
    let old = try SegmentTallies(from: &state)
    for parts in [(tallies, old), (old, tallies)] {
      var sum = parts.0
      sum.merge(parts.1)
      let tally = try #require(sum.tallies[Self.segments[1]])
      let usage = try #require(tally.usage)
      #expect(usage.funnel == [18, 24] && usage.through == [9, 4])
      #expect(tally.bands == [2, 2, 2] && tally.effective == [1, 4, 1])
      #expect(tally.overridden == [0, 2, 0])
    }
  }

  @Test("what was added names no number that a sum would overflow by, nor a week twice")
  func unbelievable() throws {
    func read(_ tally: UsageTally) throws -> UsageTally {
      var state = StateReader(stateBytes { tally.writeAdded(to: &$0) })
      var read = UsageTally(
        AccountUsage(account: "a", at: .distantPast, policy: "p@1", stage: "active"), userDays: 0)
      try read.readAdded(from: &state)
      try state.finish()
      return read
    }
    var tally = UsageTally(
      AccountUsage(account: "a", at: .distantPast, policy: "p@1", stage: "active"), userDays: 0)
    var cohort = UsageTally.Cohort()
    (cohort.users, cohort.decided[0], cohort.retained[0]) = (9, 4, 3)
    tally.through = [12, 4]
    tally.cohorts = [-3: cohort, 7: cohort]
    #expect(try read(tally) == tally)
    for number in [Int.max, 1 << 49, -1] {
      var odd = tally
      odd.through[1] = number
      #expect(throws: StateError.self) { try read(odd) }
      for member in [\UsageTally.Cohort.users, \.decided[3], \.retained[3]] {
        odd = tally
        odd.cohorts[7]![keyPath: member] = number
        #expect(throws: StateError.self) { try read(odd) }
      }
    }
    for weeks in [[7, 7], [7, Int64(1) << 32 + 7]] {
      var state = StateReader(
        stateBytes {
          $0.write(0 as UInt64)
          $0.write(UInt64(weeks.count))
          for week in weeks {
            $0.write(week)
            for _ in 0..<1 + 2 * UsagePlan.horizons.count { $0.write(1) }
          }
        })
      var read = tally
      #expect(throws: StateError.self) { try read.readAdded(from: &state) }
    }
  }
}
