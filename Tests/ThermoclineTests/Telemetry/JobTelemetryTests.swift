import Foundation
import Logging
import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineEngine
import ThermoclineKafka
import ThermoclineTestKit
import ThermoclineWindows

@testable import Thermocline

@Suite(.timeLimit(.minutes(5))) struct JobTelemetryTests {
  private static let outputs = KafkaSink.Topics(
    scores: "scores", changes: "changes", alerts: "alerts", rollups: "rollups",
    deadLetters: "letters")
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("what a running job says of itself is what its topics say")
  func aRunningJob() throws {
    let broker = try EmbeddedBroker(
      topics: (["events"] + Self.outputs.all).map { (name: $0, partitions: 2) })
    let events = history(accounts: 6, days: 40, seed: 8, values: 1...3)
    let lines = events.map(\.line) + ["no event"]
    let archive = try folder.file("events.ndjson", lines: lines)
    let sent = try ProduceJob(
      source: .archives([archive]), kafka: broker.settings, topic: "events"
    ).run(progress: { _, _, _ in })
    var settings = StreamingSettings(
      kafka: broker.settings, group: "job", inputTopics: ["events"], outputTopics: Self.outputs)
    settings.kafka["session.timeout.ms"] = "4000"
    settings.kafka["statistics.interval.ms"] = "100"
    settings.windows = WindowSettings(outOfOrderness: .minutes(5), allowedLateness: .hours(1))
    settings.idleAfter = .zero
    let job = try StreamingJob(
      settings, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let telemetry = JobTelemetry(job)
    #expect(Readiness.findings(telemetry.observation).map(\.reason) == [.starting])
    let thread = OwnThread("job") {
      do throws(JobFailure) { try job.run() } catch { Issue.record("\(error)") }
    }
    func isDone(_ seen: JobObservation) -> Bool {
      seen.pipeline.totals.read == sent.messages && seen.feeder.lag == 0
        && seen.pipeline.progress.allSatisfy { $0.watermark >= sent.until! && !$0.hasUnread }
        && seen.pipeline.freshness.count > 0 && (seen.consumer?.brokersUp ?? 0) > 0
        && seen.producer != nil && seen.feeder.partitions.allSatisfy { $0.position > 0 }
    }
    while !isDone(telemetry.observation), job.pipeline.snapshot.failure == nil { pauseBriefly() }
    job.pipeline.commitAll()
    let seen = telemetry.observation
    let (scores, said) = (try readAll("scores", of: broker), try readAll("alerts", of: broker))
    job.stop()
    thread.join()

    #expect(Readiness.findings(seen).isEmpty)
    let page = try Exposition(JobMetrics.page(seen))
    let read = Double(events.count + 1)
    #expect(page.value("thermocline_events_read_total") == read)
    #expect(page.value("thermocline_events_refused_total", ["reason": "not_json"]) == 1)
    #expect(
      page.value("thermocline_input_events_total", ["format": "thermocline"])
        == Double(events.count))
    let messages = "thermocline_input_messages_total"
    #expect(
      page.value(messages, ["format": "thermocline", "outcome": "read"]) == Double(events.count))
    #expect(page.value("thermocline_partitions") == 2)
    #expect((page.value("thermocline_commit_seconds_count") ?? 0) > 0)
    #expect(
      (page.value("thermocline_kafka_received_records_total", ["client": "consumer"]) ?? 0) > 0)
    #expect(page.value("thermocline_rebalances_total", ["event": "assigned"]) == 1)
    // Of each account the newest score, and how many stand in each band.
    var bands: [String: Double] = [:]
    var newest: [String: String] = [:]
    for record in scores { newest[record.keyText] = record.text }
    for text in newest.values {
      let score = try #require(
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      bands[score["band"] as? String ?? "none", default: 0] += 1
    }
    for band in ["red", "yellow", "green", "none"] {
      #expect(page.value("thermocline_accounts_by_band", ["band": band]) == bands[band] ?? 0)
    }
    #expect(page.value("thermocline_accounts") == Double(newest.count))
    let alerts = said.map(\.text)
    #expect(seen.pipeline.newestAlerts.count == min(alerts.count, Limits.newestAlertsMax))
    #expect(
      seen.pipeline.newestAlerts.allSatisfy { alerts.contains(String(decoding: $0, as: UTF8.self)) }
    )
  }
}
