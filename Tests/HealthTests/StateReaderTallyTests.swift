import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineHealth

/// What a message of another instance may say is added to ours: nothing that is read ends the process later.
@Suite("StateReader: what is added up") struct StateReaderTallyTests {
  /// Whether a number is taken.
  private func takes(_ number: Int64, _ read: (inout StateReader) throws -> Void) -> Bool {
    var reader = StateReader(stateBytes { $0.write(number) })
    do { try read(&reader) } catch { return false }
    return true
  }

  @Test("a count is neither negative nor more than 2⁴⁸, a total lies as far on both sides")
  func numbers() {
    let most: Int64 = 1 << 48
    for (number, isCount, isTotal) in [
      (Int64(0), true, true), (most, true, true), (most + 1, false, false), (-1, false, true),
      (-most, false, true), (-most - 1, false, false), (.max, false, false), (.min, false, false),
    ] {
      #expect(takes(number) { _ = try $0.tallied() } == isCount, "\(number)")
      #expect(takes(number) { _ = try $0.total() } == isTotal, "\(number)")
      #expect(takes(number) { _ = try $0.amount() } == (number >= 0), "\(number)")
    }
  }

  @Test("a score has at most a hundred points, or there is none")
  func scores() {
    for (number, isScore) in [
      (Int64(0), true), (1_000_000, true), (Int64(noPoints), true), (1_000_001, false), (-1, false),
      (Int64.min, false), (1 << 32, false),
    ] {
      #expect(takes(number) { _ = try $0.score() } == isScore, "\(number)")
    }
  }

  @Test("a sketch has each bucket once, and none beyond its range")
  func sketches() throws {
    func isTaken(_ buckets: [(key: Int64, count: Int)]) -> Bool {
      var reader = StateReader(
        stateBytes { state in
          state.write(UInt64(buckets.count))
          for (key, count) in buckets {
            state.write(key)
            state.write(count)
          }
        })
      return (try? QuantileSketch(accuracy: 0.01, from: &reader)) != nil
    }
    let largest = Int64(QuantileSketch(accuracy: 0.01).key(of: 1e300))
    let isWhole = isTaken([(-largest, 1), (0, 2), (largest, 3)])
    #expect(isWhole)
    for key in [largest + 1, -largest - 1, Int64(Int32.min), 1 << 32, .max] {
      let isBeyond = isTaken([(key, 1)])
      #expect(!isBeyond, "\(key)")
    }
    for count in [0, -1, 1 << 49, .max] {
      let isCount = isTaken([(4, count)])
      #expect(!isCount, "\(count)")
    }
    let (isTwice, isTooMany) = (isTaken([(4, 1), (4, 1)]), isTaken([(4, 1 << 48), (5, 1)]))
    #expect(!isTwice && !isTooMany)
  }

  @Test("a segment has a sketch for each measure that is named, and sums of the accounts it counts")
  func segments() throws {
    /// One segment of accounts with a score of 50 points each.
    func isTaken(
      accounts: Int = 3, bands: [Int] = [1, 2], points: Int64 = 1_500_000, weighted: Int128 = 0,
      peers: Int = 1
    ) -> Bool {
      var reader = StateReader(
        stateBytes { state in
          state.write(UInt64(1))
          state.write("logins_7d")
          state.write(UInt64(1))
          Segment(industry: "software").write(to: &state)
          state.write(accounts)
          state.write(accounts)
          for counts in [bands, [0, 0, 0, 0]] {
            state.write(UInt64(counts.count))
            for count in counts { state.write(count) }
          }
          for sum in [points, Int64(0), 0, 0] { state.write(sum) }
          state.write(plain: weighted)
          state.write(Int64(500_000))
          state.write(Int64(noPoints))
          state.write(UInt64(0))
          state.write(UInt64(peers))
          for _ in 0..<peers { state.write(UInt64(0)) }
          state.write(false)
        })
      do throws(StateError) {
        var tallies = SegmentTallies(peerMeasures: ["logins_7d"])
        let read = try SegmentTallies(from: &reader)
        for _ in 0..<1_024 { tallies.merge(read) }
        return tallies.tallies.count == 1
      } catch { return false }
    }
    #expect(isTaken())
    #expect(isTaken(accounts: 1 << 48, bands: [1 << 48], points: 1 << 48, weighted: 1 << 110))
    #expect(!isTaken(accounts: -1) && !isTaken(accounts: .max))
    #expect(!isTaken(bands: []) && !isTaken(bands: [.max]))
    #expect(!isTaken(points: 3_000_001))
    #expect(!isTaken(weighted: .max) && !isTaken(weighted: -1))
    #expect(!isTaken(peers: 0) && !isTaken(peers: 2))
  }

  @Test("where a policy is replaced, peers of a part that has fewer measures are left out")
  func fewerPeers() {
    let plan = PolicyPlan(.standard)
    let names = plan.peerMeasures.map { plan.policy.measures[$0].name }
    #expect(!names.isEmpty)
    let segment = Segment(industry: "software", tier: "mid", stage: "active")
    var sheet = ScoreSheet(plan)
    var tally = SegmentTally(bands: 3, peers: names.count)
    for account in 1...60 {
      for measure in plan.peerMeasures {
        sheet.lines[measure].hasValue = true
        sheet.lines[measure].value = Double(account)
      }
      tally.add(&sheet, revenue: 0, said: nil)
    }
    var tallies = SegmentTallies(peerMeasures: names)
    tallies.add(tally, segment)
    let before = PeerTable(tallies, of: plan, standIns: 0).yardsticks(for: segment)
    var earlier = SegmentTallies(peerMeasures: [])
    earlier.add(SegmentTally(bands: 3, peers: 0), segment)
    tallies.merge(earlier)
    let found = PeerTable(tallies, of: plan, standIns: 0).yardsticks(for: segment)
    #expect(found.map { $0?.accounts } == names.map { _ in 60 })
    #expect(found.map { $0?.median } == before.map { $0?.median })
  }
}
