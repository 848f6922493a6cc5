import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineEngine

@Suite struct HeldEventsTests {
  private func event(_ number: Int64, size: Int = 0) -> HeldEvent {
    let batch = EventBatch(bytesCapacity: 4_096, recordsCapacity: 1)
    batch.append(
      GateEvent(id: String(repeating: "i", count: size), account: "", time: number),
      position: number)
    return HeldEvent(at: 0, of: batch, deadline: 1_000 + number, identity: nil, isCounted: true)
  }

  @Test(
    "random additions, releases, expiries and renamings, as a plain list has them",
    arguments: [UInt64(1), 2])
  func againstList(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var held = HeldEvents(eventsMax: 1 << 30, bytesMax: 1 << 30)
    var list: [(number: Int64, user: [UInt8])] = []
    var released = 0
    for number in Int64(0)..<6_000 {
      let user: [UInt8] = [UInt8.random(in: 0..<20, using: &random)]
      switch Int.random(in: 0..<10, using: &random) {
      case 0:
        let taken = held.take(user: user).map(\.record.position)
        #expect(taken == list.filter { $0.user == user }.map(\.number))
        list.removeAll { $0.user == user }
        released += taken.count
      case 1:
        let other: [UInt8] = [UInt8.random(in: 0..<20, using: &random)]
        held.rename(user, to: other)
        for i in list.indices where list[i].user == user { list[i].user = other }
      case 2...4:
        #expect(held.takeFirst()?.record.position == list.first?.number)
        if !list.isEmpty { list.removeFirst() }
      default:
        held.add(event(number), user: user)
        list.append((number, user))
      }
      #expect(held.count == list.count)
      #expect(held.deadline == list.first.map { 1_000 + $0.number } ?? .max)
    }
    #expect(released > 100)
  }

  @Test("too many, or too many bytes, is said")
  func bounds() {
    var held = HeldEvents(eventsMax: 2, bytesMax: 1_000)
    held.add(event(1), user: [1])
    held.add(event(2), user: [1])
    #expect(!held.isOverfull)
    held.add(event(3), user: [1])
    #expect(held.isOverfull)
    _ = held.takeFirst()
    #expect(!held.isOverfull)
    held.add(event(4, size: 990), user: [2])
    _ = held.takeFirst()
    #expect(held.isOverfull && held.count == 2 && held.bytesCount > 1_000)
    _ = held.take(user: [2])
    #expect(!held.isOverfull && held.bytesCount < 1_000)
  }
}
