import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineEngine
import ThermoclineKafka

@testable import Thermocline

@Suite struct TopScreenTests {
  private let alert =
    #"{"account":"acct-1","rule":"drop:events_7d","state":"firing","severity":"error","summary":"Events fell \u001b[2J by half."}"#

  /// What a client of `/status` reads of a job.
  private func status(_ change: (inout JobObservation) -> Void = { _ in }) throws -> JobStatus {
    var job = JobObservation.healthy()
    job.pipeline.newestAlerts = [Array(alert.utf8)]
    change(&job)
    return try JobStatus(StatusReport.json(job))
  }

  private func text(_ status: JobStatus) -> String {
    TopScreen.lines(status, address: "127.0.0.1:9600").map { $0.rendered(colours: false) }
      .joined(separator: "\n")
  }

  @Test func whatIsWrittenIsRead() throws {
    let status = try status {
      $0.feeder.partitions[0].log = 0..<1_300
      $0.feeder.partitions[1].position = 20
    }
    #expect(status.version == BuildInfo.version && status.uptimeSeconds == 600)
    #expect(!status.isReady && status.reasons.count == 1)
    #expect(status.reasons[0].hasPrefix("rebuilding: 30 records"))
    #expect(status.lagRecords == 1_280 && status.rebuildRecords == 30 && status.lagSeconds == 5)
    #expect(status.events.first == JobStatus.Count(name: "read", count: 200))
    #expect(status.bands.map(\.name) == ["red", "yellow", "green", "none"])
    #expect(status.partitions.map(\.partition) == [0, 1])
    #expect(status.partitions[1].lagRecords == 1_200)
    #expect(status.partitions[0].watermark == "2025-12-31T23:59:00.000Z")
    #expect(status.shards.count == 2 && status.shards[0].inputCapacity > 0)
    #expect(status.newestAlerts.map(\.account) == ["acct-1"])
    let p99 = try #require(status.freshness.p99)
    #expect(p99 > 0.1 && p99 <= 0.25)
    #expect(throws: OutputDecodingError.self) { try JobStatus(Array("<html>".utf8)) }
    #expect(try JobStatus(Array("{}".utf8)) == JobStatus())
  }

  @Test func theScreenSaysWhatMatters() throws {
    let screen = text(try status())
    for expected in [
      "127.0.0.1:9600", "ready", "0.0/s", "red 0", "firing 0", "shard 1", "events/1", "acct-1",
    ] { #expect(screen.contains(expected), "\(expected)") }
    #expect(!screen.contains("NOT READY") && !screen.contains("\u{1B}"))
    let bad = text(try status { $0.pipeline.commitBegan = $0.now - 75_000_000_000 })
    #expect(bad.contains("NOT READY") && bad.contains("commit_stuck: nothing has been committed"))
  }

  @Test func theNewestAlertsAreOnASmallScreenAndTheRestIsCounted() throws {
    let crowded = try status { job in
      job.pipeline.newestAlerts = (0..<20).map {
        Array(#"{"account":"acct-\#($0)","rule":"r","state":"firing","severity":"error"}"#.utf8)
      }
      job.feeder.partitions = (0..<24).map {
        FeederSnapshot.Partition(
          partition: KafkaPartition("events", $0), number: Int($0), position: 100,
          log: 0..<(100 + ($0 == 17 ? 900 : 0)))
      }
      job.pipeline.rings = Array(repeating: job.pipeline.rings[0], count: 16)
    }
    let lines = TopScreen.lines(crowded, address: "127.0.0.1:9600", rows: 24)
      .map { $0.rendered(colours: false) }
    #expect(lines.count <= 24, "\(lines.joined(separator: "\n"))")
    let text = lines.joined(separator: "\n")
    for expected in [
      "acct-19", "acct-18", "… and 18 more", "shard 0", "… and 15 more", "events/17",
    ] { #expect(text.contains(expected), "\(expected):\n\(text)") }
    // With all the room there is, everything.
    let whole = TopScreen.lines(crowded, address: "a").map { $0.rendered(colours: false) }
    #expect(whole.count > 60 && !whole.contains { $0.contains("more") })
  }

  @Test func aJobThatDoesNotAnswerIsSaid() throws {
    let silence = TopScreen.silence(
      seconds: 75, JobFailure(.unavailable, "127.0.0.1:9600 refused the connection"))
    let line = "NO ANSWER for 1:15: 127.0.0.1:9600 refused the connection"
    let status = try status()
    #expect(silence == line && TopScreen.plain(status, silence: silence) == line)
    let lines = TopScreen.lines(status, address: "a", silence: silence)
      .map { $0.rendered(colours: false) }
    #expect(lines[1].contains(line) && lines.contains { $0.contains("events/1") })
  }

  @Test func onePlainLineForAPipe() throws {
    let line = TopScreen.plain(try status { $0.feeder.partitions[1].position = 20 })
    #expect(line.hasPrefix("not ready 0.0 events/s lag 80 records 5.0 s freshness p99 "))
    #expect(!line.contains("\n"))
  }
}
