import Foundation
import Testing
import ThermoclineCore
import ThermoclineKafka

@testable import Thermocline

@Suite struct JobMetricsTests {
  /// With something odd in every place that names come from.
  private var page: String {
    var job = JobObservation.healthy()
    job.bands = ["re\"d", "yel\\low", "gre\nen"]
    return JobMetrics.page(job)
  }

  @Test func everyMetricIsWrittenAsItIsDeclared() throws {
    let exposition = try Exposition(page)
    #expect(Set(exposition.families.map(\.name)) == Set(MetricName.allCases.map(\.rawValue)))
    for family in exposition.families {
      let metric = try #require(MetricName(rawValue: family.name))
      #expect(family.type == metric.kind.rawValue)
      for sample in family.samples {
        #expect(Set(sample.labels.keys).subtracting(["le"]) == Set(metric.labels))
      }
      #expect(!family.samples.isEmpty, "\(family.name)")
    }
    #expect(exposition.value("thermocline_accounts_by_band", ["band": "re\"d"]) == 0)
    #expect(exposition.value("thermocline_accounts_by_band", ["band": "yel\\low"]) == 0)
    #expect(exposition.value("thermocline_accounts_by_band", ["band": "gre\nen"]) == 0)
  }

  @Test func everySideTopicHasItsCounts() throws {
    var job = JobObservation.healthy()
    var counts = [AccountTopicCounts(), AccountTopicCounts(), AccountTopicCounts()]
    for index in counts.indices { counts[index].refused = index + 1 }
    (job.profiles, job.overrides, job.alertControls) = (counts[0], counts[1], counts[2])
    let page = try Exposition(JobMetrics.page(job))
    for (source, refused) in [("profiles", 1.0), ("overrides", 2), ("alert_controls", 3)] {
      let labels = ["source": source, "outcome": "refused"]
      #expect(page.value("thermocline_account_messages_total", labels) == refused)
    }
  }

  @Test func theFiguresAreThoseOfTheJob() throws {
    var job = JobObservation.healthy()
    job.feeder.partitions[0].log = 0..<130
    job.feeder.partitions[0].committed = 110
    let page = try Exposition(JobMetrics.page(job))
    let partition = ["topic": "events", "partition": "1"]
    #expect(page.value("thermocline_lag_records", partition) == 30)
    #expect(page.value("thermocline_lag_seconds", partition) == 5)
    #expect(page.value("thermocline_rebuild_records", partition) == 10)
    #expect(page.value("thermocline_watermark_delay_seconds", partition) == 60)
    #expect(page.value("thermocline_lag_seconds", ["topic": "events", "partition": "0"]) == 0)
    #expect(page.value("thermocline_accounts") == 20)
    #expect(page.value("thermocline_events_refused_total", ["reason": "not_json"]) == 10)
    #expect(page.value("thermocline_events_total", ["outcome": "applied"]) == 190)
    #expect(page.value("thermocline_freshness_seconds_bucket", ["le": "0.1"]) == 0)
    #expect(page.value("thermocline_freshness_seconds_bucket", ["le": "0.25"]) == 1)
    #expect(page.value("thermocline_freshness_seconds_sum") == 0.12)
    #expect(page.value("thermocline_ready") == 0)
    #expect(page.value("thermocline_not_ready", ["reason": "rebuilding"]) == 1)
  }

  @Test("no account is named: labels are formats, reasons, bands, topics and the like")
  func labelsAreFixed() {
    let allowed: Set<String> = [
      "version", "librdkafka", "reason", "format", "outcome", "source", "topic", "partition",
      "event", "shard", "ring", "band", "quadrant", "state", "client",
    ]
    #expect(Set(MetricName.allCases.flatMap(\.labels)) == allowed)
  }

  @Test("the reader refuses what a scraper would")
  func theReaderIsStrict() {
    for text in [
      "a 1\n", "# HELP a b\n# TYPE a gauge\na{x=\"1\",x=\"2\"} 1\n",
      "# HELP a b\n# TYPE a gauge\na 1\na 2\n", "# HELP a b\n# TYPE a counter\na 1\n",
      "# HELP a b\n# TYPE a gauge\na 1", "# HELP a b\n# TYPE a gauge\na{x=\"\"1\"} 1\n",
      "# HELP a b\n# TYPE a gauge\nb 1\n",
    ] {
      #expect(throws: Exposition.Fault.self, "\(text)") { try Exposition(text) }
    }
  }

  @Test("promtool finds no fault either", .enabled(if: Executable.find("promtool") != nil))
  func promtool() throws {
    let process = Process()
    process.executableURL = URL(filePath: Executable.find("promtool") ?? "")
    process.arguments = ["check", "metrics"]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(page.utf8))
    try input.fileHandleForWriting.close()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    let said = String(decoding: bytes, as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(said)")
    #expect(said == "")
  }
}
