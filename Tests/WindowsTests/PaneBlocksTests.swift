import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineWindows

@Suite struct PaneBlocksTests {
  /// What was put into a pane, kept apart from it.
  private struct Taken {
    var pane: UInt32
    var level: Int
    var index: Int32
    var next: UInt32
    var entities: UInt32
    var newest: UInt32
    var mayRepeat: Bool
    var columns: [Int64]
  }

  private static func expect(_ panes: borrowing PaneBlocks, has want: Taken) {
    let pane = want.pane
    let head = (panes.index(pane), panes.next(pane), panes.entities(pane), panes.newest(pane))
    #expect(head == (want.index, want.next, want.entities, want.newest))
    let mayRepeat = panes.mayRepeat(pane)
    #expect(mayRepeat == want.mayRepeat)
    for column in want.columns.indices {
      let value = panes[pane, UInt32(column)]
      #expect(value == want.columns[column])
    }
  }

  @Test("panes of several sizes never overlap, begin with a line and without events")
  func blocks() {
    var random = SeededGenerator(seed: 5)
    var panes = PaneBlocks()
    let sizes = [1, 5, 22, 0, 6]
    for size in sizes { panes.add(levelWith: size) }
    var taken: [Taken] = []
    for _ in 1...3_000 {
      if taken.count > 50 || taken.count > 3 && Bool.random(using: &random) {
        let old = taken.remove(at: Int.random(in: taken.indices, using: &random))
        Self.expect(panes, has: old)
        panes.give(old.pane, old.level)
      } else {
        let level = Int.random(in: sizes.indices, using: &random)
        let index = Int32.random(in: -3 ... .max, using: &random)
        let next = [noNode, 0, 7].randomElement(using: &random)!
        var fresh = Taken(
          pane: panes.take(level, index: index, next: next), level: level, index: index, next: next,
          entities: noNode, newest: 0, mayRepeat: false,
          columns: Array(repeating: 0, count: sizes[level]))
        #expect(Int(fresh.pane) * MemoryLayout<Int64>.stride % CacheLine.bytes == 0)
        Self.expect(panes, has: fresh)
        change(&fresh, in: &panes, &random)
        taken.append(fresh)
      }
      let count = panes.count
      #expect(count == taken.count)
    }
    for pane in taken { Self.expect(panes, has: pane) }
  }

  /// Changes each part, all bits of which count.
  private func change(
    _ pane: inout Taken, in panes: inout PaneBlocks, _ random: inout SeededGenerator
  ) {
    let place = pane.pane
    for column in pane.columns.indices {
      pane.columns[column] = .random(in: .min ... .max, using: &random)
      panes[place, UInt32(column)] = pane.columns[column]
    }
    pane.next = .random(in: 0 ... .max, using: &random)
    panes.setNext(pane.next, of: place)
    pane.entities = .random(in: 0 ... .max, using: &random)
    panes.setEntities(pane.entities, of: place)
    for _ in 0..<2 {
      let time = UInt32.random(in: 0 ... .max, using: &random)
      panes.raiseNewest(to: time, of: place)
      pane.newest = max(pane.newest, time)
    }
    if Bool.random(using: &random) {
      pane.mayRepeat = true
      panes.setMayRepeat(place)
    }
  }

  @Test("what fits beside the head is one line, and one column more is two")
  func lines() {
    for (columns, lines) in [(0, 1), (5, 1), (6, 2), (13, 2), (14, 3)] {
      var panes = PaneBlocks()
      panes.add(levelWith: columns)
      let first = panes.take(0, index: 1, next: noNode)
      let second = panes.take(0, index: 2, next: noNode)
      #expect(Int(second - first) * MemoryLayout<Int64>.stride == lines * CacheLine.bytes)
    }
  }
}
