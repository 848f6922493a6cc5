import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineWindows

@Suite struct TickWheelTests {
  @Test("entries come at their ticks, as from a sorted list", arguments: [1, 2, 3, 4] as [UInt64])
  func itBehavesAsASortedList(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var wheel = TickWheel(span: 60)
    var reference: [Int64: [UInt32]] = [:]
    var now: Int64 = 1_000
    for account in 0..<UInt32(3_000) {
      // Most within the wheel's span, some far beyond it.
      let ahead = Int64.random(in: 0...(account % 10 == 0 ? 5_000 : 50), using: &random)
      wheel.add(account, at: now + ahead)
      reference[now + ahead, default: []].append(account)
      guard account % 7 == 6 else { continue }
      let limit = now + Int64.random(in: 0...40, using: &random)
      drain(&wheel, &reference, to: limit)
      now = limit + 1
    }
    drain(&wheel, &reference, to: now + 10_000)
    #expect(reference.isEmpty)
  }

  private func drain(
    _ wheel: inout TickWheel, _ reference: inout [Int64: [UInt32]], to limit: Int64
  ) {
    while let tick = wheel.next(upTo: limit) {
      #expect(tick == reference.keys.min())
      var accounts: [UInt32] = []
      while let account = wheel.pop() { accounts.append(account) }
      #expect(accounts.sorted() == reference.removeValue(forKey: tick)?.sorted())
    }
    #expect((reference.keys.min() ?? .max) > limit)
  }
}
