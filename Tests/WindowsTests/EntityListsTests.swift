import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineWindows

@Suite struct EntityListsTests {
  @Test(
    "lists of any length are read from the newest on, do not mix, and leave their room to others")
  func lists() {
    var random = SeededGenerator(seed: 11)
    var lists = EntityLists()
    var kept: [(newest: UInt32, numbers: [UInt32])] = []
    var most = 0
    for step in 0..<UInt32(5_000) {
      switch Int.random(in: 0..<40, using: &random) {
      case 0 where kept.count < 20:
        kept.append((noNode, []))
      case 1 where !kept.isEmpty:
        let gone = kept.remove(at: Int.random(in: 0..<kept.count, using: &random))
        lists.give(gone.newest)
      default:
        guard let i = kept.indices.randomElement(using: &random) else { continue }
        lists.append(step, to: &kept[i].newest)
        kept[i].numbers.append(step)
      }
      most = max(most, kept.reduce(0) { $0 + ($1.numbers.count + 6) / 7 })
      for list in kept where step % 16 == 0 {
        let found = read(lists, list.newest)
        #expect(found == list.numbers.reversed(), "step \(step)")
      }
    }
    #expect(kept.contains { $0.numbers.count > 14 })
    // What was given back is used again: there are no more chunks than there were at once.
    for list in kept { lists.give(list.newest) }
    let before = lists.bytes
    for _ in 0..<most {
      var newest = noNode
      lists.append(1, to: &newest)
    }
    let after = lists.bytes
    #expect(after == before)
  }

  @Test("a chunk's oldest position is where its reading leaves it")
  func chunks() {
    var lists = EntityLists()
    var newest = noNode
    for number in 0..<UInt32(20) { lists.append(number, to: &newest) }
    let start = EntityLists.chunkStart(newest)
    let (oldest, older) = (lists[start], lists[lists.following(start)])
    // 20 = 7 + 7 + 6.
    #expect(oldest == 14 && older == 13)
    lists[start] = 99
    let found = read(lists, newest)
    #expect(found.prefix(7) == [19, 18, 17, 16, 15, 99, 13])
  }

  private func read(_ lists: borrowing EntityLists, _ newest: UInt32) -> [UInt32] {
    var numbers: [UInt32] = []
    var position = newest
    while position != noNode {
      numbers.append(lists[position])
      position = lists.following(position)
    }
    return numbers
  }
}
