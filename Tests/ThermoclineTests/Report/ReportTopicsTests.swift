import Foundation
import Logging
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth
import ThermoclineKafka
import ThermoclinePopulation
import ThermoclineTestKit
import ThermoclineWindows

@testable import Thermocline

@Suite("Report from topics", .timeLimit(.minutes(5)))
struct ReportTopicsTests {
  private static let input = "product-events"
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func topics(
    _ broker: EmbeddedBroker, needsUsage: Bool = true, isStopped: @escaping () -> Bool = { false }
  ) throws -> ReportTopics {
    try ReportTopics(
      broker.settings, JobConfiguration().outputTopics, needsUsage: needsUsage, isStopped: isStopped
    )
  }

  /// The topics of a job that has read everything up to a time.
  private func ran(
    _ broker: EmbeddedBroker, _ settings: (inout StreamingSettings) -> Void, upTo time: EventTime
  ) throws {
    var job = StreamingSettings(
      kafka: broker.settings, group: "job", inputTopics: [Self.input],
      outputTopics: JobConfiguration().outputTopics)
    // Above the 3 s a first join takes here.
    job.kafka["session.timeout.ms"] = "4000"
    job.idleAfter = .zero
    settings(&job)
    let running = try StreamingJob(
      job, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let thread = OwnThread("job") { [running] in
      do throws(JobFailure) { try running.run() } catch { Issue.record("\(error)") }
    }
    while running.pipeline.snapshot.progress.isEmpty
      || !running.pipeline.snapshot.progress.allSatisfy({ $0.watermark >= time }),
      running.pipeline.snapshot.failure == nil
    { pauseBriefly() }
    running.stop()
    thread.join()
  }

  @Test("pages from a job's topics are those from a replay of its input")
  func pagesAreThoseOfAReplay() throws {
    var population = PopulationSettings()
    (population.accounts, population.days, population.eventsTarget) = (30, 112, 30_000)
    var simulated = try Population(population)
    var bytes: [UInt8] = []
    while simulated.nextDay({ bytes += $0.payload + [0x0A] }) {}
    let events = try folder.file("events.ndjson", bytes)
    let windows = WindowSettings(outOfOrderness: .minutes(1), allowedLateness: .hours(6))
    var policy = Policy.standard
    policy.usage = UsageRule(topFeatures: 50)
    let profiles = Dictionary(
      uniqueKeysWithValues: simulated.profiles.map { ($0.account, $0.profile) })
    var replay = ReplayJob(inputs: [events], output: folder.path + "/out", settings: windows)
    (replay.policy, replay.profiles, replay.changeMin) = (policy, profiles, Points(0.5))
    _ = try replay.run { _, _, _ in }

    let output = JobConfiguration().outputTopics
    let broker = try EmbeddedBroker(
      topics: [(Self.input, 2)] + output.all.map { ($0, 4) })
    let sent = try ProduceJob(
      source: .archives([events]), kafka: broker.settings, topic: Self.input
    ).run(progress: { _, _, _ in })
    try ran(
      broker,
      { ($0.policy, $0.profiles, $0.windows) = (policy, profiles, windows) }, upTo: sent.until!)

    let written = ReplayFolder(folder.path + "/out")
    // Not up to the end, so that newer scores and records than those of the period are there, too.
    let end = (population.end - .days(14)).floor(to: .days(1))
    let period = try ReportPeriod(from: end - .days(84), to: end)
    var pages = 0
    for profile in simulated.profiles.prefix(5) {
      var (ours, theirs) = (
        UsageReportJob(try topics(broker), account: profile.account, period: period),
        UsageReportJob(written, account: profile.account, period: period)
      )
      (ours.profiles, theirs.profiles) = (profiles, profiles)
      guard let wanted = try? theirs.page() else { continue }
      let page = try ours.page()
      #expect(page.html == wanted.html && page.notes == wanted.notes, "\(profile.account)")
      pages += 1
    }
    #expect(pages > 2)
    let labels = try folder.file(
      "labels.csv",
      lines: ["account,churned"]
        + simulated.profiles.prefix(3).map { "\($0.account),\(PlainDate.short(end - .days(30)))" })
    var (ours, theirs) = (
      PortfolioReviewJob(try topics(broker, needsUsage: false), period: period),
      PortfolioReviewJob(written, period: period)
    )
    let tiers = Set(simulated.profiles.map(\.profile.tier))
    (ours.cac, theirs.cac) = (
      Dictionary(uniqueKeysWithValues: tiers.map { ($0, 900) }),
      Dictionary(uniqueKeysWithValues: tiers.map { ($0, 900) })
    )
    (ours.labels, theirs.labels) = (labels, labels)
    let (page, wanted) = (try ours.page(), try theirs.page())
    #expect(page.html == wanted.html && page.notes == wanted.notes)
    #expect(try ours.review().0.risks.count > 0)
  }

  @Test("what comes twice counts once, what is none of a job's is counted and passed over")
  func repetitions() throws {
    let simulated = try SimulatedFolder()
    let broker = try simulated.broker(repeating: true)
    let (written, period) = (ReplayFolder(try simulated.path), try simulated.period)
    let account = try #require(try simulated.objects("scores").first?["account"] as? String)
    let page = try UsageReportJob(try topics(broker), account: account, period: period).page()
    let wanted = try UsageReportJob(written, account: account, period: period).page()
    #expect(page.html == wanted.html)
    #expect(
      page.notes
        == [
          "health-scores: messages that are none of a job's and were passed over: 1",
          "health-usage: messages that are none of a job's and were passed over: 1",
        ] + wanted.notes)
    #expect(
      try PortfolioReviewJob(try topics(broker), period: period).page().html
        == PortfolioReviewJob(written, period: period).page().html)
    // A tombstone forgets an account.
    try write([(account, nil)], to: "health-scores", partition: 0, of: broker)
    var accounts: Set<String> = []
    _ = try topics(broker).scores { name, score in
      if score == nil { accounts.remove(name) } else { accounts.insert(name) }
    }
    #expect(!accounts.contains(account) && accounts.count > 10)
  }

  @Test("days whose records are gone are not told, and that is said")
  func deletedRecords() throws {
    let simulated = try SimulatedFolder()
    let period = try simulated.period
    let broker = try EmbeddedBroker(
      topics: JobConfiguration().outputTopics.all.map { ($0, 1) })
    let gone = period.from + .days(40)
    let account = try #require(try simulated.objects("scores").last?["account"] as? String)
    let lines = zip(try simulated.objects("usage"), simulated.lines["usage"] ?? []).map {
      (key: $0["account"] as? String, value: Optional($1), at: $0["at"] as! String)
    }
    let later = lines.filter { $0.at > gone.description }.map { ($0.key, $0.value) }
    try write(
      lines.filter { $0.at <= gone.description }.map { ($0.key, $0.value) }, to: "health-usage",
      of: broker)
    // The embedded broker keeps the newest 5 MiB of a partition.
    let bytes = String(repeating: "x", count: 900_000)
    let pad = #"{"account":"pad","at":"\#(gone)","pad":"\#(bytes)"}"#
    try write(
      [(key: String?, value: String?)](repeating: ("pad", pad), count: 6), to: "health-usage",
      of: broker)
    // Keep it whole from there on: only as many as there is room for.
    try write(Array(later.suffix(later.count / 8)), to: "health-usage", of: broker)
    let job = UsageReportJob(try topics(broker), account: account, period: period)
    let (report, _) = try job.report()
    #expect(report.toldFrom == gone)
    #expect(
      report.weeks.filter { $0.end < gone }.allSatisfy { $0.people == nil && $0.median == nil })
    #expect(report.weeks.contains { $0.end < gone } && report.last.usage != nil)
    #expect(report.blocks.filter { $0.end < gone }.allSatisfy { $0.usage == nil })
    #expect(report.before == nil && report.suggestions == nil)
    let (page, notes) = try job.page()
    #expect(page.contains("from before \(PlainDate.long(gone)) are not kept any more"))
    #expect(notes.contains { $0.contains("health-usage") && $0.contains(PlainDate.short(gone)) })
    let early = UsageReportJob(
      try topics(broker), account: account,
      period: try ReportPeriod(from: gone - .days(40), to: gone - .days(1)))
    let error = #expect(throws: JobFailure.self) { try early.report() }
    #expect(error?.status == .badData && error?.message.contains(PlainDate.short(gone)) == true)
  }

  @Test func whatIsMissingIsNamedWithItsRemedy() throws {
    let output = JobConfiguration().outputTopics
    let start = EventTime(year: 2026, month: 1, day: 1)
    let period = try ReportPeriod(from: start, to: start + .days(90))
    let without = try EmbeddedBroker(
      topics: output.all.filter { $0 != output.usage }.map { ($0, 1) })
    var error = #expect(throws: JobFailure.self) { _ = try topics(without) }
    #expect(error?.status == .unavailable && error?.message.contains("section usage:") == true)
    let empty = try EmbeddedBroker(topics: output.all.map { ($0, 1) })
    let customer = UsageReportJob(try topics(empty), account: "a", period: period)
    error = #expect(throws: JobFailure.self) { _ = try customer.page() }
    #expect(error?.status == .badData && error?.message.hasPrefix("health-usage is empty") == true)
    #expect(error?.message.contains("section usage:") == true)
    let review = PortfolioReviewJob(try topics(without, needsUsage: false), period: period)
    error = #expect(throws: JobFailure.self) { _ = try review.page() }
    #expect(
      error?.status == .badData && error?.message.hasPrefix("health-rollups is empty") == true)
    let none = try EmbeddedBroker()
    error = #expect(throws: JobFailure.self) { _ = try topics(none) }
    #expect(error?.status == .unavailable && error?.message.contains("health-scores") == true)
    let stopped = PortfolioReviewJob(try topics(empty, isStopped: { true }), period: period)
    error = #expect(throws: JobFailure.self) { _ = try stopped.page() }
    #expect(error?.status == .interrupted)
  }

  @Test func profilesComeFromTheirTopic() throws {
    let broker = try EmbeddedBroker(
      topics: (JobConfiguration().outputTopics.all + ["profiles"]).map { ($0, 1) })
    try write(
      [
        ("a", #"{"tier":"mid","industry":"bank"}"#), ("b", #"{"tier":"mid"}"#), ("a", "none"),
        ("b", nil),
      ],
      to: "profiles", of: broker)
    let profiles = try topics(broker).profiles("profiles")
    #expect(profiles.keys.sorted() == ["a"])
    #expect(profiles["a"]?.tier == "mid" && profiles["a"]?.industry == "bank")
  }
}
