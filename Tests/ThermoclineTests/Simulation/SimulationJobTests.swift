import Testing
import ThermoclineCore
import ThermoclineHealth
import ThermoclineTestKit
import ThermoclineWindows

@testable import Thermocline

@Suite struct SimulationJobTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Two accounts fall silent after ten weeks, one in each industry; a third goes on to day 105.
  private func job(_ policies: [Policy]) throws -> SimulationJob {
    var lines: [String] = []
    for number in 0..<105 as Range<Int64> {
      let noon = monday.milliseconds + number * day + 12 * hour
      for (account, last) in [("a", 70), ("b", 77), ("c", 105)] where number < last {
        lines.append(TestEvent(account: account, time: noon).line)
      }
    }
    let profiles = try folder.file(
      "profiles.csv",
      lines: ["account,tier,industry", "a,mid,bank", "b,small,shop", "c,mid,bank"])
    return SimulationJob(
      inputs: [try folder.file("events.ndjson", lines: lines)], profiles: profiles,
      policies: policies,
      settings: WindowSettings(outOfOrderness: .minutes(1), allowedLateness: .hours(1)))
  }

  private func policy(_ name: String, _ silence: SilenceRule?) -> Policy {
    var policy = Policy.standard
    policy.name = name
    policy.alerts = AlertPolicy(silence: silence)
    return policy
  }

  @Test("alerts are counted by rule, week and segment, against the account-weeks judged")
  func counts() throws {
    let report = try job([policy("one", SilenceRule())]).run { _, _, _ in }
    let run = try #require(report.runs.first)
    #expect(
      run.fired.map(\.account) == ["a", "b"] && run.fired.allSatisfy { $0.rule == "silence" })
    #expect(run.fired.map(\.industry) == ["bank", "shop"])
    #expect(run.rules.map(\.fired) == [2])
    // From the first score on to the end, three times.
    #expect(run.weeks.all > 44 && run.weeks.all < 45.1)
    let weeks = run.byWeek
    #expect(weeks.first?.name == "2025-01-06" && weeks.count == 15)
    #expect(weeks.reduce(0) { $0 + $1.fired } == 2)
    for alert in run.fired {
      let monday = String(alert.week.description.prefix(10))
      #expect(weeks.first { $0.name == monday }?.fired == 1)
      #expect(alert.at > alert.week && alert.at <= alert.week + .days(7))
    }
    let tiers = try #require(run.segments.first { $0.kind == "tier" }).counts
    #expect(tiers.map(\.name) == ["mid", "small"] && tiers.map(\.fired) == [1, 1])
    #expect(abs(tiers[0].weeks! - 2 * tiers[1].weeks!) < 1e-9)
    let text = report.text(lists: true)
    #expect(text.contains("one@1: 2 alerts from 2025-01-0") && text.contains("by industry"))
    #expect(text.contains("No event for"))
    #expect(
      report.json.contains(#""policy":"one@1""#)
        && report.json.contains(#""byTier":[{"name":"mid""#))
    #expect(report.differences == nil)
  }

  @Test("two policies stand side by side, with what only one fires")
  func compare() throws {
    let report = try job([policy("one", SilenceRule()), policy("none", nil)]).run { _, _, _ in }
    #expect(report.runs.map(\.fired.count) == [2, 0])
    let (first, second) = try #require(report.differences)
    #expect(first.count == 2 && second.isEmpty)
    #expect(report.text(lists: false).contains("only one@1: 2 alerts"))
    #expect(report.json.contains(#""onlySecond":[]"#))
  }

  @Test("a date and the beginning of a rule's name narrow it")
  func narrowed() throws {
    var job = try job([policy("one", SilenceRule())])
    let all = try job.run { _, _, _ in }.runs[0]
    job.since = all.fired[0].at + .days(1)
    let later = try job.run { _, _, _ in }.runs[0]
    #expect(later.fired.map(\.account) == ["b"] && later.weeks.all < all.weeks.all / 2)
    job.rule = "drop:"
    #expect(try job.run { _, _, _ in }.runs[0].fired.isEmpty)
    job.since = monday + .days(400)
    let error = #expect(throws: JobFailure.self) { try job.run { _, _, _ in } }
    #expect(error?.status == .badData)
  }
}
