import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth
import ThermoclineTestKit

@Suite struct SegmentBoardTests {
  private typealias Ratios = [(segment: String, rule: Int, ratio: Double)]

  private func told(_ list: Ratios) -> DaySummary {
    var ratios = SegmentRatios(rules: 3)
    for (segment, rule, ratio) in list {
      let place = ratios.place(segment)
      ratios.add(ratio, segment: place, rule: rule)
    }
    return DaySummary(ratios: ratios)
  }

  @Test("a day is complete only when every partition has told it")
  func completeness() {
    let board = SegmentBoard()
    for partition in 0..<3 { board.open(partition) }
    #expect(!board.isComplete(monday))
    board.tell(monday, partition: 0, told([]))
    board.tell(monday + .days(1), partition: 2, told([]))
    #expect(!board.isComplete(monday))
    board.tell(monday, partition: 1, told([]))
    #expect(board.isComplete(monday))
    #expect(!board.isComplete(monday + .days(1)))
  }

  @Test("a partition that passes a day without a word is not waited for on it")
  func passing() {
    let board = SegmentBoard()
    for partition in 0..<2 { board.open(partition) }
    board.tell(monday, partition: 0, told([]))
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
    board.tell(monday, partition: 0, told([]))
    board.setIdle(1)
    #expect(board.isComplete(monday))
    board.tell(monday - .days(3), partition: 1, told([]))
    #expect(!board.isComplete(monday), "it has come back and is behind")
    board.close(1)
    #expect(board.isComplete(monday))
    board.setIdle(1)
    board.close(1)
    board.open(1)
    #expect(!board.isComplete(monday), "whoever comes back is waited for")
  }

  @Test(
    "medians are those of a plain sort, for a segment of at least 20 and for all", arguments: 1...6)
  func medians(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var all: Ratios = []
    for segment in ["", "bank", "shop", "tiny"] {
      let count = segment == "tiny" ? 19 : Int.random(in: 20...31, using: &random)
      for _ in 0..<count {
        all.append((segment, 0, Double.random(in: 0...2, using: &random)))
        all.append((segment, 1, Double.random(in: 0...2, using: &random)))
      }
    }
    var first: [[Double?]] = []
    for order in 0..<3 {
      let told = order == 0 ? all : all.shuffled(using: &random)
      let board = SegmentBoard()
      for partition in 0..<4 { board.open(partition) }
      for partition in [0, 1, 2, 3].shuffled(using: &random) {
        let part = told.indices.filter { $0 % 4 == partition }.map { told[$0] }
        board.tell(monday, partition: partition, self.told(part))
      }
      let found = ["", "bank", "shop", "tiny", "unheard of"].map {
        board.context(monday, segment: $0, rules: 3).peerRatios
      }
      if order == 0 { first = found } else { #expect(found == first, "order \(order)") }
    }
    func median(_ segment: String?, _ rule: Int) -> Double {
      let values = all.filter { $0.rule == rule && (segment == nil || $0.segment == segment) }
        .map(\.ratio).sorted()
      let n = values.count
      return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2
    }
    for rule in 0..<2 {
      #expect(first[0][rule] == median(nil, rule))
      #expect(first[1][rule] == median("bank", rule))
      #expect(first[2][rule] == median("shop", rule))
      #expect(first[3][rule] == median(nil, rule), "too few for a median of their own")
      #expect(first[4][rule] == median(nil, rule))
    }
    #expect(first[0][2] == nil, "nobody told of the third rule")
  }

  @Test("19 accounts have no median at all")
  func tooFew() {
    let board = SegmentBoard()
    board.open(0)
    board.tell(monday, partition: 0, told((0..<19).map { ("", 0, Double($0)) }))
    #expect(board.context(monday, segment: "", rules: 1).peerRatios == [nil])
  }

  @Test("what is told after a day was judged does not change it")
  func afterwards() {
    let board = SegmentBoard()
    board.open(0)
    board.tell(monday, partition: 0, told((0..<21).map { ("", 0, Double($0)) }))
    #expect(board.context(monday, segment: "", rules: 1).peerRatios == [10])
    board.open(1)
    board.tell(monday, partition: 1, told((0..<21).map { _ in ("", 0, 99) }))
    #expect(board.context(monday, segment: "", rules: 1).peerRatios == [10])
  }
}
