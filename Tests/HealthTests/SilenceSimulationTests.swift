import Testing
import ThermoclineCore
import ThermoclineTestKit
import ThermoclineWindows

@testable import ThermoclineHealth

/// False alarms of the silence rule over accounts of which nothing changes.
@Suite struct SilenceSimulationTests {
  let plan: PolicyPlan

  init() {
    var policy = Policy.standard
    policy.alerts.drops = []
    plan = PolicyPlan(policy)
  }

  /// Alerts in 1,000 account-weeks. A day is active with the chance of `rate`, or, where the day
  /// before decides, with one raised and lowered by `stickiness` of what is missing; weekends with
  /// a third of it.
  private func falseAlarms(rate: Double, stickiness: Double, seed: UInt64) -> Double {
    var random = SeededGenerator(seed: seed)
    let (accounts, weeks) = (60, 26)
    var fired = 0
    for _ in 0..<accounts {
      var total = [Int64(0)]
      var last: Int?
      var wasActive = false
      let account = JudgedAccount(plan)
      for d in 0..<(63 + 7 * weeks) {
        var chance = rate + (wasActive ? stickiness * (1 - rate) : -stickiness * rate)
        if d % 7 >= 5 { chance /= 3 }
        let isActive = d == 0 || Double.random(in: 0..<1, using: &random) < chance
        // A weekend says nothing of the mood of the days around it.
        if d % 7 < 5 { wasActive = isActive }
        if isActive { last = d }
        total.append(total[d] + (isActive ? 1 : 0))
        guard d >= 62, let last else { continue }
        let end = d + 1
        var values = [Int64](repeating: 0, count: plan.quantities.count)
        values[plan.silence!.activeDays] = total[end] - total[end - 63]
        let reading = WindowReading(
          at: day(end), values: values, lastEvent: day(last) + .hours(12), firstEvent: day(0),
          isFinal: true)
        fired += account.alerts(reading).count { $0.state == .firing && $0.startsAt == $0.at }
      }
    }
    return 1_000 * Double(fired) / Double(accounts * weeks)
  }

  @Test(arguments: [0.2, 0.5, 0.8], [0, 0.3])
  func budgetHolds(rate: Double, stickiness: Double) {
    let alarms = falseAlarms(rate: rate, stickiness: stickiness, seed: 51)
    print("silence: rate \(rate), stickiness \(stickiness): \(alarms) in 1,000 account-weeks")
    #expect(alarms <= 5, "seed 51")
  }
}
