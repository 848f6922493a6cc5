import Testing
import ThermoclineTestKit

@testable import ThermoclineWindows

@Suite struct CellBlocksTests {
  @Test("blocks of several sizes never overlap and begin at zero")
  func blocks() {
    var random = SeededGenerator(seed: 5)
    var cells = CellBlocks()
    let sizes = [1, 5, 22, 0]
    for size in sizes { cells.add(levelWith: size) }
    var taken: [(block: UInt32, level: Int, mark: Int64)] = []
    for mark in 1...Int64(3_000) {
      if taken.count > 50 || taken.count > 3 && Bool.random(using: &random) {
        let old = taken.remove(at: Int.random(in: 0..<taken.count, using: &random))
        for i in 0..<UInt32(max(sizes[old.level], 1)) {
          let value = cells[old.block + i]
          #expect(value == old.mark)
        }
        cells.give(old.block, old.level)
      } else {
        let level = Int.random(in: 0..<sizes.count, using: &random)
        let block = cells.take(level)
        for i in 0..<UInt32(max(sizes[level], 1)) {
          let value = cells[block + i]
          #expect(value == 0)
          cells[block + i] = mark
        }
        taken.append((block, level, mark))
      }
    }
  }
}
