import Foundation
import Logging
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineKafka
import ThermoclineServer
import ThermoclineTestKit
import ThermoclineWindows

@testable import Thermocline

/// Against the real thing: Prometheus finds a job by a configuration like that of deploy/, and evaluates the rules there.
@Suite(
  .timeLimit(.minutes(3)),
  .enabled(
    if: Prometheus.isInstalled, "prometheus (a Debian package) is not installed: skipped"))
struct PrometheusTests {
  private static let outputs = KafkaSink.Topics(
    scores: "scores", changes: "changes", alerts: "alerts", rollups: "rollups",
    deadLetters: "letters")
  /// Runs `body` while a job serves that has read `lines`.
  private func serving(
    _ lines: [String], _ body: (ListenAddress, StreamingJob) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    let broker = try EmbeddedBroker(
      topics: (["events"] + Self.outputs.all).map { (name: $0, partitions: 2) })
    let archive = try folder.file("events.ndjson", lines: lines)
    _ = try ProduceJob(source: .archives([archive]), kafka: broker.settings, topic: "events").run(
      progress: { _, _, _ in })
    var settings = StreamingSettings(
      kafka: broker.settings, group: "job", inputTopics: ["events"], outputTopics: Self.outputs)
    settings.kafka["session.timeout.ms"] = "4000"
    settings.idleAfter = .zero
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let job = try StreamingJob(settings, log: log)
    let telemetry = JobTelemetry(job)
    var routes = RouteTable()
    routes.add(OperationRoutes { telemetry.observation })
    let server = try HTTPServer(
      ListenAddress(host: "127.0.0.1", port: 0), token: AccessToken(Prometheus.token),
      routes: routes,
      log: log)
    let address = try await server.start()
    let thread = OwnThread("job") {
      do throws(JobFailure) { try job.run() } catch { Issue.record("\(error)") }
    }
    var failure: (any Error)?
    do { try await body(address, job) } catch { failure = error }
    job.stop()
    thread.join()
    await server.stop()
    if let failure { throw failure }
  }

  @Test func aJobIsScrapedAndTheRulesAreEvaluated() async throws {
    let events = history(accounts: 6, days: 40, seed: 9, values: 1...3)
    let lines = events.map(\.line) + ["no event", "neither"]
    try await serving(lines) { address, job in
      let prometheus = try Prometheus(scraping: address, as: "thermocline")
      let total = "sum(thermocline_events_read_total{job=\"thermocline\"})"
      while try await prometheus.value(total) != Double(lines.count),
        job.pipeline.snapshot.failure == nil
      {
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(try await prometheus.value(total) == Double(lines.count))
      #expect(try await prometheus.value("up{job=\"thermocline\"}") == 1)
      #expect(
        try await prometheus.value("sum(thermocline_events_refused_total{reason=\"not_json\"})")
          == 2)
      #expect(
        try await prometheus.value("histogram_quantile(0.99, thermocline_commit_seconds_bucket)")
          != nil)
      // Each rule is evaluated once at least; none has an error.
      var rules = try await prometheus.rules()
      while rules.contains(where: { $0.health == "unknown" }) {
        try await Task.sleep(for: .milliseconds(50))
        rules = try await prometheus.rules()
      }
      let text = try String(
        contentsOf: packageRoot.appending(path: "deploy/prometheus/alerts.yaml"), encoding: .utf8)
      #expect(rules.map(\.name) == text.matches(of: /- alert: (\w+)/).map { String($0.output.1) })
      for rule in rules { #expect(rule.health == "ok" && rule.error == "", "\(rule)") }
      // What the rules are about is there: a rule over a series that no job has would never fire.
      for name in ["thermocline_ready", "max(thermocline_lag_seconds)"] {
        #expect(try await prometheus.value(name) != nil, "\(name)")
      }
    }
  }

  @Test func aWrongTokenIsSeenAsDown() async throws {
    let server = try HTTPServer(
      ListenAddress(host: "127.0.0.1", port: 0), token: AccessToken("another-token-than-that"),
      routes: RouteTable(), log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let address = try await server.start()
    do {
      let prometheus = try Prometheus(scraping: address, as: "thermocline")
      while try await prometheus.value("up") == nil {
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(try await prometheus.value("up") == 0)
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }
}
