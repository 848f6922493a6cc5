import Testing

@testable import ThermoclineKafka

@Suite struct PendingPartitionsTests {
  private let all = partitions("events", 6)
  private let second: UInt64 = 1_000_000_000

  @Test(
    "there is nothing to answer before the group gives something, and an empty list is answered, too"
  )
  func answers() {
    var pending = PendingPartitions()
    #expect(pending.due(at: 0) == nil)
    pending.add([])
    #expect(pending.due(at: 0) == [])
    pending.clear()
    #expect(pending.due(at: 0) == nil)
  }

  @Test("what is given while others wait comes on top, once")
  func adding() {
    var pending = PendingPartitions()
    pending.add(Array(all[..<2]))
    pending.add([all[1], all[2]])
    #expect(pending.due(at: 0) == Array(all[..<3]))
  }

  @Test("what is taken back is not opened any more, the others are; opened ones are told apart")
  func removing() {
    var pending = PendingPartitions()
    pending.add(Array(all[..<4]))
    #expect(pending.remove([all[5], all[1], all[3]]) == [all[5]])
    #expect(pending.due(at: 0) == [all[0], all[2]])
    #expect(pending.remove([all[0], all[2]]) == [])
    #expect(pending.due(at: 0) == nil)
    #expect(pending.remove([all[0]]) == [all[0]])
  }

  @Test("a failed try is followed by another one a second later, whatever comes or goes meanwhile")
  func postponing() {
    var pending = PendingPartitions()
    pending.add([all[0]])
    pending.postpone(at: 5 * second)
    pending.add([all[1]])
    #expect(pending.due(at: 6 * second - 1) == nil)
    #expect(pending.due(at: 6 * second) == [all[0], all[1]])
  }
}
