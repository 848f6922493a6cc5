import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import Thermocline

@Suite struct PartitionMergeTests {
  private func at(_ time: Int) -> EventTime { EventTime(milliseconds: Int64(time)) }

  @Test(
    "each sequence keeps its order, and none gets more out of order than it was",
    arguments: 1...20 as ClosedRange<UInt64>)
  func bounds(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let disorder = 50
    // Sequences that begin, end and lie in time differently.
    let lanes = (0..<4).map { lane in
      (0..<Int.random(in: 0...300, using: &random)).map { place in
        place * (lane + 1) * 7 + 400 * lane + Int.random(in: 0...disorder, using: &random)
      }
    }
    var merge = PartitionMerge<Int>(lanes: lanes.count)
    var taken = lanes.map { _ in 0 }
    var out: [[Int]] = lanes.map { _ in [] }
    var newest = -1_000_000
    while !merge.isAtEnd {
      // They arrive as they will.
      let lane = Int.random(in: 0..<lanes.count, using: &random)
      for _ in 0..<Int.random(in: 1...40, using: &random) where taken[lane] < lanes[lane].count {
        let time = lanes[lane][taken[lane]]
        merge.add(time, at: at(time), to: lane)
        taken[lane] += 1
      }
      if taken[lane] == lanes[lane].count { merge.setAtEnd(lane) }
      while let (lane, time) = merge.next() {
        out[lane].append(time)
        #expect(newest - time <= disorder, "seed \(seed)")
        newest = max(newest, time)
      }
    }
    #expect(out == lanes)
  }

  @Test(
    "an item without a time goes with the one before it; a sequence at its end is not waited for")
  func untimed() {
    var merge = PartitionMerge<String>(lanes: 2)
    merge.add("a1", at: at(10), to: 0)
    merge.add("a?", at: nil, to: 0)
    merge.add("a2", at: at(30), to: 0)
    #expect(merge.next() == nil, "the other may have something earlier")
    merge.add("b", at: at(20), to: 1)
    var out: [String] = []
    while let (_, item) = merge.next() { out.append(item) }
    #expect(out == ["a1", "a?", "b"])
    merge.setAtEnd(1)
    #expect(merge.next()?.item == "a2" && !merge.isAtEnd)
    merge.setAtEnd(0)
    #expect(merge.isAtEnd)
    merge.add("late", at: at(5), to: 1)
    #expect(!merge.isAtEnd && merge.next()?.item == "late")
  }
}
