import Testing
import ThermoclineCore
import ThermoclineTestKit

@Suite("Node pool")
struct NodePoolTests {
  /// Nodes in use keep their content and their index whatever is taken and given around them; no index is
  /// handed out twice.
  @Test func itBehavesAsADictionary() {
    let seed: UInt64 = 0x5EED_0006
    var random = SeededGenerator(seed: seed)
    var pool = NodePool<UInt64>(capacity: 1)
    var reference: [UInt32: UInt64] = [:]
    var most = 0
    for _ in 0..<5_000 {
      let value = random.next()
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<5:
        let index = pool.take(value)
        #expect(index != noNode && reference[index] == nil, "seed \(seed)")
        reference[index] = value
        most = max(most, reference.count)
        #expect(Int(index) < most)
      case 5..<9:
        guard let index = reference.keys.sorted().randomElement(using: &random) else { continue }
        pool.give(index)
        reference[index] = nil
      default:
        guard let index = reference.keys.sorted().randomElement(using: &random) else { continue }
        pool[index] ^= value
        reference[index, default: 0] ^= value
      }
      let count = pool.count
      #expect(count == reference.count, "seed \(seed)")
    }
    for (index, value) in reference {
      let node = pool[index]
      #expect(node == value, "seed \(seed)")
    }
  }

  @Test func nodesThatAreGivenBackAreUsedAgain() {
    var pool = NodePool<UInt64>(capacity: 1)
    let first = (0..<100).map { pool.take(UInt64($0)) }
    let bytes = pool.bytes
    for _ in 0..<50 {
      for index in first { pool.give(index) }
      let again = Set((0..<100).map { pool.take(UInt64($0)) })
      #expect(again == Set(first))
    }
    let (count, grown) = (pool.count, pool.bytes - bytes)
    // The list of free nodes has grown once, to hold a hundred.
    #expect(count == 100 && grown <= 4 * 256)
  }
}
