import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineEngine
@testable import ThermoclineHealth

@Suite struct TallyBookTests {
  /// An account in the lowest band, which a person put in the next.
  private func told() -> SegmentTallies {
    var sheet = ScoreSheet(PolicyPlan(.withoutPeers))
    (sheet.points, sheet.band) = (100_000, 0)
    var tally = SegmentTally(bands: 3, peers: 0)
    tally.add(&sheet, revenue: 10, said: 1)
    var tallies = SegmentTallies(peerMeasures: [])
    tallies.add(tally, Segment(industry: "bank", tier: "mid", stage: "active"))
    return tallies
  }

  /// The roll-up of the portfolio on the day after, at which the only partition stands still beside another one.
  private func rollup(of book: TallyBook) throws -> HealthRollup {
    var book = book
    book.tell(monday + .days(1), partition: 0, SegmentTallies(peerMeasures: []))
    book.settle(through: monday + .days(1), idle: [1], PolicyPlan(.withoutPeers))
    let report = book.report(monday + .days(1), partition: 0)
    return try #require(report?.rollups.first { $0.segment == "portfolio" })
  }

  @Test(
    "the last part of a partition that stands still goes through a checkpoint; one of an earlier format has what it had",
    arguments: [3, 4] as [UInt8])
  func checkpoint(format: UInt8) throws {
    var book = TallyBook()
    book.tell(monday, partition: 1, told())
    book.settle(through: monday, idle: [], PolicyPlan(.withoutPeers))
    let bytes = stateBytes { state in
      if format == 4 {
        book.write(partition: 1, to: &state)
      } else {
        // As it was written then.
        state.write(true)
        state.write(monday)
        told().write(to: &state)
      }
    }
    let count = bytes.count
    var reader = StateReader(count: count, format: format) { $0 = bytes }
    var restored = TallyBook()
    try restored.read(partition: 1, from: &reader)
    try reader.finish()
    var rollup = try rollup(of: restored)
    let undisturbed = try self.rollup(of: book)
    #expect(undisturbed.overridden.map(\.count) == [0, 1, 0])
    #expect(undisturbed.effectiveBands.map(\.count) == [0, 1, 0])
    if format == 3 {
      #expect(rollup.overridden.isEmpty && rollup.effectiveBands.isEmpty)
      rollup.overridden = undisturbed.overridden
      rollup.effectiveBands = undisturbed.effectiveBands
    }
    // A restored book knows no day before, so there is no slope yet.
    rollup.redTrend = undisturbed.redTrend
    #expect(rollup == undisturbed)
  }

  /// A book that has put the days up to one together.
  private func book(through days: Int) -> TallyBook {
    var book = TallyBook()
    for day in 0...days {
      book.tell(monday + .days(Int64(day)), partition: 0, told())
      book.settle(through: monday + .days(Int64(day)), idle: [], PolicyPlan(.withoutPeers))
    }
    return book
  }

  @Test(
    "what a checkpoint knows of days is taken over where it is ahead, and forgets nothing where it is behind",
    arguments: [(0, 2), (2, 0), (1, 1)])
  func adoption(own: Int, other: Int) throws {
    var adopting = book(through: own)
    adopting.adopt(book(through: other), from: monday + .days(Int64(other)), partition: 0)
    #expect(adopting.last == monday + .days(Int64(max(own, other))))
    let next = monday + .days(3)
    func portfolio(_ book: TallyBook) throws -> HealthRollup {
      var book = book
      book.tell(next, partition: 0, told())
      book.settle(through: next, idle: [], PolicyPlan(.withoutPeers))
      let report = book.report(next, partition: 0)
      return try #require(report?.rollups.first { $0.segment == "portfolio" })
    }
    let rollup = try portfolio(adopting)
    #expect(rollup.redTrend != nil)
    #expect(try rollup == portfolio(book(through: max(own, other))))
  }
}
