import Testing
import ThermoclineTestKit

@testable import Thermocline

@Suite struct IncidentTallyTests {
  private static let second: UInt64 = 1_000_000_000

  @Test("a broker outage of ten minutes is fewer than 50 lines, and loses no count")
  func anOutage() {
    var random = SeededGenerator(seed: 1)
    var tally = IncidentTally()
    var lines: [IncidentTally.Line] = []
    var noted = 0
    // Three brokers, two clients: what librdkafka says of them, at its own pace of reconnecting.
    for tick in 0..<(10 * 60 * 4) {
      let now = UInt64(tick) * Self.second / 4
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        let code = ["_TRANSPORT", "_ALL_BROKERS_DOWN", "_TIMED_OUT", "_RESOLVE"]
          .randomElement(using: &random)!
        noted += 1
        let broker = Int.random(in: 1...3, using: &random)
        if let line = tally.note(code, "broker \(broker): Connection refused", now: now) {
          lines.append(line)
        }
      }
      if tick % 40 == 0 { lines += tally.sweep(now: now) }
    }
    let end: UInt64 = 11 * 60 * Self.second
    lines += tally.sweep(now: end)
    #expect(noted > 5_000 && lines.count < 50)
    #expect(tally.sweep(now: end) == [])
    var over = 0
    for case .isOver(_, let count, let seconds) in lines {
      over += count
      #expect(seconds > 590)
    }
    #expect(over == noted)
  }

  @Test func theFirstIsSaidAtOnceAndAgainAfterItWasOver() {
    var tally = IncidentTally()
    #expect(tally.note("a", "x", now: 0) == .begins(kind: "a", text: "x"))
    #expect(tally.note("b", "y", now: 1) == .begins(kind: "b", text: "y"))
    #expect(tally.note("a", "z", now: 2) == nil)
    #expect(tally.note("a", "u", now: 61 * Self.second) == .goesOn(kind: "a", count: 2, text: "u"))
    #expect(tally.note("a", "v", now: 130 * Self.second) == nil, "two minutes are not over")
    // Of b nobody hears again: one line was enough.
    #expect(
      tally.sweep(now: 190 * Self.second) == [.isOver(kind: "a", count: 4, seconds: 130)])
    #expect(tally.note("a", "w", now: 191 * Self.second) == .begins(kind: "a", text: "w"))
  }

  @Test func kindsHaveAMaximum() {
    var tally = IncidentTally()
    var lines = 0
    for kind in 0..<1_000 { lines += tally.note("\(kind)", "x", now: 0) == nil ? 0 : 1 }
    #expect(lines == IncidentTally.kindsMax + 1)
  }
}
