import Testing
import ThermoclineCore

@testable import Thermocline

@Suite struct JobPulseTests {
  private static let start = EventTime(year: 2026, month: 1, day: 1)

  /// A second for each step, by both clocks.
  private func beat(
    _ second: UInt64, read: Int = 0, progress: Int64 = 0, lag: Int64 = 0, isLost: Bool = false,
    clockAhead: TimeSpan = .zero
  ) -> JobPulse.Beat {
    JobPulse.Beat(
      now: 1_000_000_000 * (second + 1), time: Self.start + .seconds(Int64(second)) + clockAhead,
      read: read, progress: progress, lag: lag, isLost: isLost)
  }

  @Test func theRateIsThatOfTheLastTenSeconds() {
    var pulse = JobPulse()
    #expect(pulse.eventsPerSecond == 0)
    for second in 0..<40 as Range<UInt64> {
      pulse.take(beat(second, read: second < 20 ? 0 : Int(second - 20) * 500))
    }
    #expect(pulse.eventsPerSecond == 500)
  }

  @Test func aStandstillIsCountedFromTheLastProgressWhileRecordsWait() {
    var pulse = JobPulse()
    pulse.take(beat(0, progress: 5, lag: 3))
    pulse.take(beat(1, progress: 6, lag: 3))
    #expect(pulse.stalledSince == nil)
    for second in 2..<9 as Range<UInt64> { pulse.take(beat(second, progress: 6, lag: 3)) }
    #expect(pulse.stalledSince == 2_000_000_000)
    pulse.take(beat(9, progress: 6, lag: 0))
    #expect(pulse.stalledSince == nil, "nothing waits any more")
    pulse.take(beat(10, progress: 6, lag: 1))
    #expect(pulse.stalledSince == 10_000_000_000)
    pulse.take(beat(11, progress: 7, lag: 1))
    #expect(pulse.stalledSince == nil)
  }

  @Test func aLostGroupIsCountedFromItsLoss() {
    var pulse = JobPulse()
    pulse.take(beat(0))
    pulse.take(beat(1, isLost: true))
    pulse.take(beat(2, isLost: true))
    #expect(pulse.lostSince == 2_000_000_000)
    pulse.take(beat(3))
    #expect(pulse.lostSince == nil)
  }

  @Test(arguments: [31_000, -31_000, 29_000, -29_000] as [Int64])
  func aClockThatJumpsIsSeen(milliseconds: Int64) {
    var pulse = JobPulse()
    pulse.take(beat(0))
    // A pause of the whole process is no jump: both clocks went on.
    pulse.take(beat(500))
    #expect(pulse.jumpsCount == 0)
    let ahead = TimeSpan(milliseconds: milliseconds)
    pulse.take(beat(501, clockAhead: ahead))
    pulse.take(beat(502, clockAhead: ahead))
    #expect(pulse.jumpsCount == (abs(milliseconds) > 30_000 ? 1 : 0))
    #expect(pulse.lastJump?.span == (abs(milliseconds) > 30_000 ? ahead : nil))
    #expect(pulse.lastJump?.at == (abs(milliseconds) > 30_000 ? 502_000_000_000 : nil))
  }
}
