import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineEngine
@testable import ThermoclineHealth

@Suite struct SegmentBoardTests {
  private func told(_ ratios: [Float] = []) -> DaySummary {
    var evidence = AlertJudge(PolicyPlan(.standard)).evidence()
    let place = evidence.place("")
    for ratio in ratios { evidence.cells[place].ratios[0].append(ratio) }
    return DaySummary(evidence: evidence)
  }

  /// A partition's checkpoint; empty where none can be made.
  private func bytes(of partition: Int, on board: SegmentBoard) -> [UInt8] {
    stateBytes { _ = board.write(partition: partition, to: &$0) }
  }

  @Test("a day is complete only when every partition has told it")
  func completeness() {
    let board = SegmentBoard()
    for partition in 0..<3 { board.open(partition) }
    #expect(!board.isComplete(monday))
    board.tell(monday, partition: 0, told())
    board.tell(monday + .days(1), partition: 2, told())
    #expect(!board.isComplete(monday))
    board.tell(monday, partition: 1, told())
    #expect(board.isComplete(monday))
    #expect(!board.isComplete(monday + .days(1)))
  }

  @Test("a partition that passes a day without a word is not waited for on it")
  func passing() {
    let board = SegmentBoard()
    for partition in 0..<2 { board.open(partition) }
    board.tell(monday, partition: 0, told())
    #expect(board.pass(monday, partition: 1))
    #expect(board.isComplete(monday))
    #expect(!board.pass(monday, partition: 1), "once is enough")
    #expect(!board.pass(monday - .days(1), partition: 1))
    #expect(!board.pass(monday, partition: 0), "it has told this day")
    board.close(1)
    #expect(!board.pass(monday + .days(1), partition: 1), "it is not ours any more")
    #expect(!board.isComplete(monday + .days(1)))
  }

  @Test("an idle partition is not waited for until it tells a day; a closed one never")
  func idle() {
    let board = SegmentBoard()
    board.open(0)
    board.open(1)
    board.tell(monday, partition: 0, told())
    board.setIdle(1)
    #expect(board.isComplete(monday))
    board.tell(monday - .days(3), partition: 1, told())
    #expect(!board.isComplete(monday), "it has come back and is behind")
    board.close(1)
    #expect(board.isComplete(monday))
    board.setIdle(1)
    board.close(1)
    board.open(1)
    #expect(!board.isComplete(monday), "whoever comes back is waited for")
  }

  @Test("what is told after a day was judged does not change it")
  func afterwards() {
    let board = SegmentBoard()
    func median() -> Double? {
      board.settled(monday).ground.context(segment: "").rules[0].peerRatios[0]
    }
    board.open(0)
    board.tell(monday, partition: 0, told((0..<21).map { Float($0) }))
    #expect(median() == 10)
    board.open(1)
    board.tell(monday, partition: 1, told((0..<21).map { _ in 99 }))
    #expect(median() == 10)
  }

  @Test(
    "partitions that come to a day long after the others hear the same of it, one after the other")
  func farBehind() {
    let board = SegmentBoard()
    for partition in 0..<3 { board.open(partition) }
    for partition in 1..<3 { board.setIdle(partition) }
    let (near, far) = (told((0..<21).map { Float($0) }), told((0..<21).map { _ in 99 }))
    for n in Int64(0)..<500 {
      let day = monday + .days(n)
      board.tell(day, partition: 0, near)
      _ = board.settled(day)
    }
    board.setIdle(0)
    for n in Int64(0)..<30 {
      let day = monday - .days(1_000 - n)
      for partition in 1..<3 { board.tell(day, partition: partition, far) }
      #expect(board.isComplete(day))
      for _ in 1..<3 {
        let settled = board.settled(day)
        #expect(settled.speaker == 1)
        #expect(settled.ground.context(segment: "").rules.first?.peerRatios[0] == 99)
      }
    }
    #expect(
      board.settled(monday + .days(499)).ground.context(segment: "").rules[0].peerRatios[0] == 10)
  }

  @Test("where no partition of ours judges them, the days that others tell come up to a maximum")
  func toldOnly() {
    let board = SegmentBoard(sharedBy: 2)
    let days = (0..<SegmentBoard.daysToldMax + 10).map { monday + .days(Int64($0)) }
    let summary = told((0..<21).map { Float($0) })
    for day in days { board.hear(day, of: 1, summary) }
    board.open(0)
    #expect(board.pass(days.last!, partition: 0))
    func median(_ day: EventTime) -> Double? {
      board.settled(day).ground.context(segment: "").rules.first?.peerRatios[0]
    }
    #expect(median(days[9]) == nil)
    #expect(median(days[10]) == 10 && median(days.last!) == 10)
  }

  @Test(
    "no checkpoint is made of a board whose days are ahead of what its partitions told since they came back"
  )
  func aheadAfterDiscarding() {
    let board = SegmentBoard(sharedBy: 1)
    let plan = PolicyPlan(.withoutPeers)
    func isWritten() -> Bool { !bytes(of: 0, on: board).isEmpty }
    func judge(_ day: EventTime) {
      board.tell(day, partition: 0, told())
      _ = board.settled(day)
      _ = board.rollups(day, partition: 0, plan)
    }
    let days = (0..<3).map { monday + .days($0) }
    board.open(0)
    for day in days[..<2] {
      judge(day)
      #expect(!isWritten(), "what the day came to may yet be discarded")
      board.noteCommitted(day, of: 0)
      #expect(isWritten())
    }
    judge(days[2])
    // What it said of that day is discarded, and it comes back.
    board.close(0)
    board.open(0)
    for day in days {
      judge(day)
      #expect(!isWritten())
    }
    board.noteCommitted(days[2], of: 0)
    #expect(isWritten())
  }

  @Test(
    "an instance makes no checkpoint while another one has not said what the days came to: whoever went on from it could not say it"
  )
  func unsaidElsewhere() {
    let board = SegmentBoard(sharedBy: 2)
    let plan = PolicyPlan(.withoutPeers)
    func isWritten() -> Bool { !bytes(of: 1, on: board).isEmpty }
    board.open(1)
    for n in Int64(0)..<3 {
      let day = monday + .days(n)
      board.hear(day, of: 0, told())
      board.tell(day, partition: 1, told())
      _ = board.settled(day)
      #expect(board.rollups(day, partition: 1, plan) == nil, "partition 0 speaks for all")
      board.noteCommitted(day, of: 1)
      #expect(!isWritten())
      if n == 2 { continue }
      board.hearSaid(day, of: 0)
      #expect(isWritten())
    }
    // The other instance ends before it has said the last day, and its partition comes here.
    board.open(0)
    for n in Int64(0)..<3 {
      let day = monday + .days(n)
      board.tell(day, partition: 0, told())
      #expect((board.rollups(day, partition: 0, plan) != nil) == (n == 2))
    }
    #expect(!isWritten())
    board.noteCommitted(monday + .days(2), of: 0)
    #expect(isWritten())
  }

  @Test("what is discarded is said again, by the only instance as well")
  func discardedAlone() {
    let board = SegmentBoard()
    let plan = PolicyPlan(.withoutPeers)
    func judge(_ day: EventTime) -> RollupReport? {
      board.tell(day, partition: 0, told())
      _ = board.settled(day)
      return board.rollups(day, partition: 0, plan)
    }
    // Input that was read at once: more days than an instance may be ahead of another.
    let days = (0..<60).map { monday + .days($0) }
    board.open(0)
    let first = days.map(judge)
    board.close(0)
    board.open(0)
    let again = days.map(judge)
    #expect(again.allSatisfy { $0 != nil })
    #expect(again.map { $0?.rollups } == first.map { $0?.rollups })
    board.noteCommitted(days.last!, of: 0)
    #expect(days.allSatisfy { board.rollups($0, partition: 0, plan) == nil })
  }

  @Test(
    "a partition that comes back brings what the instance it was with knew of all partitions' days")
  func behindAnotherInstance() throws {
    let plan = PolicyPlan(.withoutPeers)
    // In the lowest band on some days: the slope says which days are known.
    func red(_ day: Int) -> DaySummary {
      var sheet = ScoreSheet(plan)
      (sheet.points, sheet.band) = (100_000, day % 7 < 3 ? 0 : 1)
      var tally = SegmentTally(bands: 3, peers: 0)
      tally.add(&sheet, revenue: 10, said: nil)
      var summary = told()
      summary.tallies.add(tally, Segment(industry: "bank", tier: "mid", stage: "active"))
      return summary
    }
    func work(_ board: SegmentBoard, _ days: Range<Int>) -> [[HealthRollup]?] {
      days.map {
        let day = monday + .days(Int64($0))
        board.tell(day, partition: 0, red($0))
        _ = board.settled(day)
        return board.rollups(day, partition: 0, plan)?.rollups
      }
    }
    func move(_ here: SegmentBoard, to there: SegmentBoard) throws {
      here.noteCommitted(.distantFuture, of: 0)
      let written = bytes(of: 0, on: here)
      here.close(0)
      there.open(0)
      var reader = StateReader(count: written.count) { $0 = written }
      try there.read(partition: 0, from: &reader, plan)
      try reader.finish()
    }
    let (one, two, alone) = (SegmentBoard(), SegmentBoard(), SegmentBoard())
    one.open(0)
    alone.open(0)
    let expected = work(alone, 0..<30)
    var reports = work(one, 0..<3)
    try move(one, to: two)
    reports += work(two, 3..<20)
    try move(two, to: one)
    reports += work(one, 20..<30)
    #expect(expected.allSatisfy { $0 != nil })
    #expect(reports == expected)
  }

  @Test("one partition speaks for all: the lowest that told of the day")
  func speaker() {
    let board = SegmentBoard()
    for partition in 0..<4 { board.open(partition) }
    #expect(board.pass(monday, partition: 0))
    for partition in [3, 1, 2] { board.tell(monday, partition: partition, told()) }
    #expect(board.settled(monday).speaker == 1)
    #expect(board.settled(monday + .days(1)).speaker == nil)
  }
}
