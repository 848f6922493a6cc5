import Testing
import ThermoclineCore
import ThermoclineTestKit

/// Where two states differ, held against a look at every byte.
@Suite struct StatePagesTests {
  private static func pages(_ bytes: [UInt8], since before: StatePages?) -> (
    StatePages, changed: [Range<Int>]
  ) {
    var pages = StatePages()
    let changed = pages.add(bytes, endsPart: true, since: before)
    return (pages, changed)
  }

  @Test("exactly the pages with a changed byte are told, and those that are longer or shorter")
  func changes() {
    var random = SeededGenerator(seed: 8)
    for _ in 0..<300 {
      let count = Int.random(in: 0...2_000, using: &random)
      let old = (0..<count).map { _ in UInt8.random(in: 0...1, using: &random) }
      var new = old
      for _ in 0..<Int.random(in: 0...2, using: &random) where count > 0 {
        new[Int.random(in: 0..<count, using: &random)] ^= 0x80
      }
      if Int.random(in: 0..<3, using: &random) == 0 {
        new = Array((new + [UInt8](repeating: 0, count: 300)).prefix(count + 200).dropFirst(0))
      }
      let (before, all) = Self.pages(old, since: nil)
      #expect(all.reduce(0) { $0 + $1.count } == count)
      let changed = Self.pages(new, since: before).changed
      for start in stride(from: 0, to: new.count, by: StatePages.pageBytes) {
        let end = min(new.count, start + StatePages.pageBytes)
        let isSame =
          end <= old.count && (end == start + StatePages.pageBytes || end == old.count)
          && old[start..<end] == new[start..<end]
        #expect(changed.contains { $0.contains(start) } == !isSame, "\(start) of \(count)")
      }
    }
  }

  @Test("every bit of a page counts, and its place")
  func bits() {
    let zeros = [UInt8](repeating: 0, count: 300)
    let (before, _) = Self.pages(zeros, since: nil)
    for bit in 0..<zeros.count * 8 {
      var other = zeros
      other[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(Self.pages(other, since: before).changed.count == 1)
    }
    var first = zeros
    first[8] = 1
    var second = zeros
    second[16] = 1
    #expect(Self.pages(first, since: Self.pages(second, since: nil).0).changed == [0..<256])
  }

  @Test("a part that was not there is new, and moves no other")
  func parts() {
    var before = StatePages()
    for part in [[UInt8](repeating: 1, count: 600), [2, 3]] {
      _ = before.add(part, endsPart: true, since: nil)
    }
    var after = StatePages()
    #expect(
      after.add([UInt8](repeating: 1, count: 900), endsPart: true, since: before) == [512..<900])
    #expect(after.add([2, 3], endsPart: true, since: before).isEmpty)
    #expect(after.add([4], endsPart: true, since: before) == [0..<1])
    #expect(after.parts == [900, 2, 1])
  }
}
