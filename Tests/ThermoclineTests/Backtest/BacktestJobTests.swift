import Foundation
import Testing
import ThermoclineBacktest
import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth
import ThermoclineTestKit
import ThermoclineWindows

@testable import Thermocline

/// The whole chain on a small archive: accounts of even days, some of which fade out and leave.
@Suite struct BacktestJobTests {
  private static let settings = WindowSettings(
    outOfOrderness: .minutes(1), allowedLateness: .hours(1))
  private static let days: Int64 = 70
  /// Day on which account `a` leaves.
  private static func leaves(_ a: Int) -> Int64? { a % 3 == 0 ? Int64(40 + a) : nil }

  private struct Event {
    var account: Int
    /// Milliseconds from the archive's beginning.
    var time: Int64
  }

  /// An account that leaves is silent from a week before, save for one event the day after.
  private static let events: [Event] = {
    var events: [Event] = []
    for day in 0..<days {
      for account in 0..<12 {
        let end = leaves(account)
        if let end, day >= end - 7, day != end + 1 { continue }
        if (day + Int64(account)) % Int64(1 + account % 4) != 0 { continue }
        events.append(Event(account: account, time: day * 86_400_000 + Int64(account) * 60_000))
      }
    }
    return events
  }()

  private func line(_ event: Event) -> String {
    """
    {"type":"work","account":"a\(event.account)","user":"u","ts":\(monday.milliseconds + event.time)}
    """
  }

  private func files(_ folder: TemporaryFolder, _ events: [Event]) throws -> BacktestJob {
    let start = monday
    func date(_ day: Int64) -> String {
      String((start + TimeSpan.days(day)).description.prefix(10))
    }
    let input = try folder.file("events.ndjson", lines: events.map(line))
    let labels = try folder.file(
      "labels.csv",
      lines: ["account,churned"]
        + (0..<12).map { "a\($0),\(Self.leaves($0).map(date) ?? "")" })
    let profiles = try folder.file(
      "profiles.csv",
      lines: ["account,tier,contract_start"]
        + (0..<12).map { "a\($0),\($0 % 2 == 0 ? "even" : "odd"),\(date(0))" })
    var job = BacktestJob(
      inputs: [input], profiles: profiles, labels: labels, policies: [.standard],
      settings: Self.settings)
    job.plan = BacktestPlan(first: 14, step: 7, last: 63, horizons: [14])
    return job
  }

  @Test func scoresAreHeldAgainstThoseWhoLeft() throws {
    let folder = try TemporaryFolder()
    let (table, runs) = try files(folder, Self.events).run { _, _, _ in }
    #expect(table.accounts.count == 12)
    let report = BacktestStudy(table, runs, bootstrap: 20, seed: 1).report()
    #expect(report.unscored == 0)
    #expect(report.horizons[0].areas[0].value > 0.6)
    // Published numbers are the weighted mean of the published sub-scores, by an own computation.
    let weights = ScoreWeights(Policy.standard)
    for sample in runs[0].samples {
      let sample = try #require(sample)
      let score = try #require(weights.score(sample.subscores))
      #expect(abs(score - sample.points!) < 2e-4)
    }
    let parsed = try #require(
      try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
    #expect((parsed["cases"] as? Int) == table.cases.count)
    #expect((parsed["horizons"] as? [[String: Any]])?.first?["days"] as? Int == 14)
    #expect(report.text.contains("Area under the ROC curve, by horizon"))
    let page = BacktestPage(report).html
    #expect(page.contains("<svg") && !page.contains("<script") && !page.contains("NaN"))
    #expect(page.contains("prefers-color-scheme:dark"))
  }

  /// Whatever comes at a cut-off or after it changes nothing of what is known at it.
  @Test func aCutOffKnowsNothingOfWhatComesAfter() throws {
    let cut: Int64 = 35
    let (folder, shortFolder) = (try TemporaryFolder(), try TemporaryFolder())
    let (table, runs) = try files(folder, Self.events).run { _, _, _ in }
    // After the cut everybody behaves otherwise: one event a minute past each second midnight.
    let before = Self.events.filter { $0.time < cut * 86_400_000 }
    var after: [Event] = []
    for day in cut..<Self.days {
      for account in 0..<12 where (account + Int(day)) % 2 == 0 {
        after.append(Event(account: account, time: day * 86_400_000 + Int64(account)))
      }
    }
    let (other, otherRuns) = try files(shortFolder, before + after).run { _, _, _ in }
    func known(_ table: CaseTable, _ run: PolicyRun) -> [String] {
      var lines: [String] = []
      for (place, one) in table.cases.enumerated() where one.day <= monday.dayNumber + Int(cut) {
        let name = table.accounts[one.account].name
        lines.append("\(name) \(one.day) \(one.facts) \(run.samples[place]!)")
      }
      return lines
    }
    let first = known(table, runs[0])
    #expect(first.count == 48)
    #expect(first == known(other, otherRuns[0]))
    #expect(zip(runs[0].samples, otherRuns[0].samples).contains { $0 != $1 })
  }

  @Test func proposedWeightsAreAPolicyThatReads() throws {
    let folder = try TemporaryFolder()
    let (table, runs) = try files(folder, Self.events).run { _, _, _ in }
    let proposal = WeightProposal(
      .standard, table, runs[0], bootstrap: 10, seed: 1, progress: { _, _ in })
    let text = proposal.file(from: .standard, data: ["events.ndjson"], plan: table.plan)
    let policy = try PolicyFile.read(text, file: "fitted.yaml")
    #expect(policy == proposal.policy)
    #expect(policy.name.hasPrefix("default-fitted-") && policy.validate().isEmpty)
    #expect(text.hasPrefix("# Weights proposed"))
    #expect(text.contains("fitted without the account it is used on"))
  }

  /// A fit changes how measures weigh in the score, and neither axes nor what an override says.
  @Test func proposedWeightsLeaveAxesAndOverrides() throws {
    let folder = try TemporaryFolder()
    var own = Policy.standard
    // Too little for what tells most in this archive, so that other weights do better.
    let recency = try #require(own.measures.firstIndex { $0.kind == .recency })
    own.measures[recency].weight = 0.5
    own.overrides.append(
      PolicyOverride(
        when: SegmentCondition(tiers: ["odd"]),
        measures: [MeasureOverride("active_days_28d", weight: 60)]))
    var job = try files(folder, Self.events)
    job.policies = [own]
    let (table, runs) = try job.run { _, _, _ in }
    let fitted = WeightProposal(
      own, table, runs[0], bootstrap: 10, seed: 1, progress: { _, _ in }
    ).policy
    for tier in ["even", "odd"] {
      let (before, after) = (
        own.resolved(tier: tier, industry: "", stage: "active"),
        fitted.resolved(tier: tier, industry: "", stage: "active")
      )
      for axis in Axis.allCases {
        #expect(before.shares(of: axis).map(\.share) == after.shares(of: axis).map(\.share))
      }
      #expect(before.dimensions == after.dimensions)
    }
    func overridden(_ policy: Policy) throws -> Double {
      let odd = policy.resolved(tier: "odd", industry: "", stage: "active")
      return try #require(odd.shares().first { $0.name == "active_days_28d" }).share
    }
    #expect(abs(try overridden(own) - overridden(fitted)) < 1e-4)
    #expect(fitted.measures[recency].weight > 2 && fitted.measures[recency].axisWeight == 0.5)
  }

  @Test func theCommandWritesReportPageAndPolicy() throws {
    let folder = try TemporaryFolder()
    let job = try files(folder, Self.events)
    let (page, fitted) = (folder.path + "/report.html", folder.path + "/fitted.yaml")
    let arguments = [
      "backtest", "--input", job.inputs[0], "--profiles", job.profiles!, "--labels", job.labels,
      "--horizon", "14d", "21d", "--cut-first", "14d", "--cut-step", "7d", "--cut-last", "63d",
      "--bootstrap", "5", "--compare", "built-in", "--html", page,
    ]
    let run = try Executable.run(arguments + ["--fit", fitted])
    #expect(run.status == 0, "\(run.standardError)")
    #expect(run.standardOutput.contains("Cases by band under both policies"))
    #expect(try folder.text("report.html").contains("</html>"))
    #expect(try folder.text("fitted.yaml").contains("name: \"default-fitted-"))
    let json = try Executable.run(arguments + ["--json"])
    let again = try Executable.run(arguments + ["--json"])
    #expect(json.standardOutput == again.standardOutput && json.standardOutput.hasPrefix("{"))
    let wrong = try Executable.run(arguments + ["--cut-step", "90m"])
    #expect(wrong.status == 64)
  }

  @Test func labelsThatSayNothingAreAnError() throws {
    let folder = try TemporaryFolder()
    var job = try files(folder, Array(Self.events.prefix(200)))
    job.labels = try folder.file("none.csv", lines: ["account,churned", "a1,"])
    #expect(throws: JobFailure.self) { try job.run { _, _, _ in } }
    job.plan = BacktestPlan(first: 900, step: 7, last: 1_000, horizons: [14])
    #expect(throws: JobFailure.self) { try job.run { _, _, _ in } }
  }

  @Test func finalScoresAreToldFromEarlyOnes() {
    let final = Array(#"{"account":"a\",\"final\":false","at":"x","final":true,"policy":"p"}"#.utf8)
    let early = Array(#"{"account":"a\",\"final\":true","at":"x","final":false,"policy":"p"}"#.utf8)
    #expect(ScoreCollector.isFinal(final[...]) && !ScoreCollector.isFinal(early[...]))
  }
}
