import Testing
import ThermoclineCore
import ThermoclineTestKit

@Suite("Slab")
struct SlabTests {
  /// Random operations on a slab and on a plain array leave the same content after every step.
  @Test(arguments: [1, 2, 16, 1_000])
  func itBehavesAsAnArray(_ capacity: Int) {
    let seed: UInt64 = 0x5EED_0005
    var random = SeededGenerator(seed: seed)
    var slab = Slab<UInt64>(capacity: capacity)
    var array: [UInt64] = []
    for _ in 0..<3_000 {
      let value = random.next()
      switch Int.random(in: 0..<100, using: &random) {
      case 0:
        slab.removeAll()
        array.removeAll()
      case 1..<3:
        let count = Int.random(in: 0...(array.count + 3), using: &random)
        slab.truncate(to: count)
        array = Array(array.prefix(count))
      case 3..<10:
        let count = Int.random(in: 0...40, using: &random)
        slab.append(repeating: value, count: count)
        array += Array(repeating: value, count: count)
      case 10..<30:
        let (last, expected) = (slab.popLast(), array.popLast())
        #expect(last == expected, "seed \(seed)")
      case 30..<50:
        guard let index = array.indices.randomElement(using: &random) else { continue }
        slab[index] &+= value
        array[index] &+= value
      case 50..<60:
        guard let index = array.indices.randomElement(using: &random) else { continue }
        slab[UInt32(index)] = value
        array[index] = value
      default:
        slab.append(value)
        array.append(value)
      }
      var content: [UInt64] = []
      for index in 0..<slab.count { content.append(slab[index]) }
      #expect(content == array, "seed \(seed)")
    }
  }

  @Test func itBeginsWithACacheLineHoweverItGrows() {
    var slab = Slab<UInt32>(capacity: 3)
    for index in 0..<10_000 {
      slab.append(UInt32(index))
      let address = unsafe withUnsafePointer(to: &slab[0]) { UInt(bitPattern: $0) }
      #expect(address % 64 == 0)
    }
  }

  @Test func itHoldsWhatItSays() {
    var slab = Slab<UInt32>(capacity: 0)
    let least = slab.capacity
    #expect(least == 1)
    for index in 0..<100 { slab.append(UInt32(index)) }
    let (count, capacity, bytes) = (slab.count, slab.capacity, slab.bytes)
    #expect(count == 100 && capacity >= 100 && bytes == capacity * 4)
    slab.removeAll()
    let (emptied, kept, none) = (slab.count, slab.capacity, slab.popLast())
    #expect(emptied == 0 && kept == capacity && none == nil)
  }

  /// Past 4 MiB a slab stands in large pages, where it grows without being copied; what stands in it stays, whether or not
  /// its stride divides a page.
  @Test func itKeepsWhatStandsInItWhenItGrowsIntoLargePages() {
    struct Row: BitwiseCopyable { var (a, b, c): (UInt32, UInt32, UInt32) }
    var slab = Slab<Row>(capacity: 3)
    var moves: [(count: Int, address: UInt, bytes: Int)] = []
    for i in 0..<UInt32(2_000_000) {
      let isFull = slab.count == slab.capacity
      slab.append(Row(a: i, b: ~i, c: i &* 7))
      if isFull {
        let address = unsafe withUnsafePointer(to: &slab[0]) { UInt(bitPattern: $0) }
        moves.append((slab.count, address, slab.bytes))
      }
    }
    var wrong = 0
    for i in 0..<UInt32(2_000_000) where slab[i].a != i || slab[i].b != ~i || slab[i].c != i &* 7 {
      wrong += 1
    }
    #expect(wrong == 0)
    #if os(Linux)
      let (page, large) = (1 << 21, moves.filter { $0.bytes > 4 << 20 })
      #expect(large.count > 3)
      for move in large {
        #expect(move.address % UInt(page) == 0)
        // The rest of the last page is less than a row.
        #expect((page - move.bytes % page) % page < 12)
      }
    #endif
  }
}
