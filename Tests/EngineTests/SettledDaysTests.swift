import Testing
import ThermoclineCore
import ThermoclineHealth
import ThermoclineTestKit

@testable import ThermoclineEngine

@Suite struct SettledDaysTests {
  private func settled(_ speaker: Int) -> SettledDay {
    SettledDay(ground: AlertGround([]), outages: [], speaker: speaker)
  }

  @Test("the newest days are remembered, however far apart, and no more than the maximum")
  func newest() {
    var days = SettledDays()
    let count = SettledDays.daysMax + 50
    for n in 0..<count { days.add(settled(n), on: monday + .days(Int64(n * n))) }
    for n in 0..<count {
      #expect(days[monday + .days(Int64(n * n))]?.speaker == (n < 50 ? nil : n))
    }
  }

  @Test("what was settled a moment ago stays, though it is older than all the others")
  func recent() {
    var days = SettledDays()
    for n in 0..<SettledDays.daysMax { days.add(settled(n), on: monday + .days(Int64(n))) }
    let old = (1...SettledDays.recentMax + 5).map { monday - .days(Int64($0)) }
    for (n, day) in old.enumerated() {
      days.add(settled(1_000 + n), on: day)
      for back in 0...min(n, SettledDays.recentMax - 1) {
        #expect(days[old[n - back]]?.speaker == 1_000 + n - back)
      }
    }
    let kept = (-500..<500).count { days[monday + .days(Int64($0))] != nil }
    #expect(kept == SettledDays.daysMax)
  }
}
