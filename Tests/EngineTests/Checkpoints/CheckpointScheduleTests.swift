import Testing
import ThermoclineCore

@testable import ThermoclineEngine

@Suite struct CheckpointScheduleTests {
  private static let day = EventTime(milliseconds: 0)
  private static let made = CheckpointOutcome.made(day: day)

  /// The turn that there must be.
  private func asked(
    _ schedule: inout CheckpointSchedule, now: UInt64, wallClock: Int64
  ) throws -> CheckpointSchedule.Turn {
    let turn = schedule.next(now: now, wallClock: wallClock)
    return try #require(turn)
  }

  @Test("a set is of each partition once, one at a time, each interval")
  func sets() throws {
    var schedule = CheckpointSchedule(interval: 1_000, now: 0)
    schedule.set([4, 2])
    let early = schedule.next(now: 999, wallClock: 50)
    #expect(early == nil)
    let first = try asked(&schedule, now: 1_000, wallClock: 50)
    #expect(first == .init(partition: 4, slot: .a, sequence: 50))
    let unanswered = schedule.next(now: 1_001, wallClock: 51)
    #expect(unanswered == nil, "the first has not answered")
    schedule.note(first, Self.made, took: 5, now: 1_005)
    let second = try asked(&schedule, now: 1_005, wallClock: 60)
    #expect(second == .init(partition: 2, slot: .a, sequence: 50))
    schedule.note(second, Self.made, took: 5, now: 1_010)
    #expect(schedule.setsCount == 1)
    let tooEarly = schedule.next(now: 2_009, wallClock: 70)
    #expect(tooEarly == nil)
    let third = schedule.next(now: 2_010, wallClock: 70)
    #expect(third == .init(partition: 4, slot: .b, sequence: 70), "the other slot is kept")
  }

  @Test("a set that is hastened begins at once and anew, in the slot that was being written")
  func hastened() throws {
    var schedule = CheckpointSchedule(interval: 1_000, now: 0)
    schedule.set([0, 1])
    let first = try asked(&schedule, now: 1_000, wallClock: 50)
    schedule.note(first, Self.made, took: 5, now: 1_001)
    #expect(schedule.madeCount == 1)
    let stale = try asked(&schedule, now: 1_001, wallClock: 50)
    schedule.hasten(now: 1_002)
    let again = try asked(&schedule, now: 1_002, wallClock: 50)
    #expect(again == .init(partition: 0, slot: .a, sequence: 51, isRepeated: true))
    #expect(schedule.madeCount == 0)
    schedule.note(stale, Self.made, took: 5, now: 1_003)
    #expect(schedule.madeCount == 0, "the answer is to an earlier question")
    schedule.note(again, Self.made, took: 5, now: 1_003)
    let last = try asked(&schedule, now: 1_003, wallClock: 50)
    schedule.note(last, Self.made, took: 5, now: 1_004)
    #expect(schedule.setsCount == 1 && schedule.unsettledCount == 0)
  }

  @Test("sequences rise although the wall clock goes back")
  func sequences() throws {
    var schedule = CheckpointSchedule(interval: 10, now: 0)
    schedule.set([0])
    let first = try asked(&schedule, now: 10, wallClock: 1_000)
    schedule.note(first, Self.made, took: 0, now: 10)
    let second = try asked(&schedule, now: 20, wallClock: 3)
    #expect(second.sequence == 1_001)
  }

  @Test("a partition that was not settled is asked again, the others are not")
  func unsettled() throws {
    var schedule = CheckpointSchedule(interval: 10, now: 0)
    schedule.set([0, 1])
    let first = try asked(&schedule, now: 10, wallClock: 1)
    schedule.note(first, Self.made, took: 0, now: 10)
    let second = try asked(&schedule, now: 10, wallClock: 1)
    schedule.note(second, .unsettled, took: 0, now: 10)
    let impatient = schedule.next(now: 99_000_000, wallClock: 1)
    #expect(impatient == nil)
    let again = schedule.next(now: 100_000_010, wallClock: 1)
    #expect(again == second)
  }

  @Test(
    "where a day ends within a set, it begins anew in the same slot: the set before stays whole")
  func dayEnds() throws {
    var schedule = CheckpointSchedule(interval: 10, now: 0)
    schedule.set([0, 1], restored: [0: .a, 1: .a])
    let first = try asked(&schedule, now: 10, wallClock: 1)
    schedule.note(first, Self.made, took: 0, now: 10)
    let second = try asked(&schedule, now: 10, wallClock: 1)
    schedule.note(second, .made(day: Self.day + .days(1)), took: 0, now: 10)
    let again = try asked(&schedule, now: 100_000_010, wallClock: 1)
    #expect(again.partition == 0 && again.slot == .b && again.sequence > first.sequence)
    #expect(!first.isRepeated && again.isRepeated)
    #expect(schedule.setsCount == 0)
    schedule.note(again, Self.made, took: 0, now: 100_000_010)
    let last = try asked(&schedule, now: 100_000_010, wallClock: 1)
    schedule.note(last, Self.made, took: 0, now: 100_000_010)
    #expect(last.isRepeated && schedule.setsCount == 1)
    let next = try asked(&schedule, now: 200_000_000, wallClock: 1)
    #expect(!next.isRepeated, "a set was completed since")
  }

  @Test("sets take a tenth of the time at most, however short the interval")
  func share() throws {
    var schedule = CheckpointSchedule(interval: 10, now: 0)
    schedule.set([0])
    let first = try asked(&schedule, now: 10, wallClock: 1)
    schedule.note(first, Self.made, took: 500, now: 510)
    let tooSoon = schedule.next(now: 5_509, wallClock: 2)
    #expect(tooSoon == nil)
    let due = schedule.next(now: 5_510, wallClock: 2)
    #expect(due != nil)
  }

  @Test("an answer from before the partitions changed counts for nothing")
  func changed() throws {
    var schedule = CheckpointSchedule(interval: 10, now: 0)
    schedule.set([0])
    let stale = try asked(&schedule, now: 10, wallClock: 1)
    schedule.set([0, 1])
    schedule.note(stale, Self.made, took: 0, now: 11)
    #expect(schedule.setsCount == 0)
    let anew = schedule.next(now: 11, wallClock: 2)
    #expect(anew?.partition == 0 && anew?.isRepeated == true)
  }
}
