import Foundation
import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineEngine
import ThermoclineKafka
import ThermoclineServer
import ThermoclineTestKit

@testable import Thermocline

/// A disk without room: a tiny file system that only the program under test sees.
@Suite(
  .timeLimit(.minutes(3)),
  .enabled(if: Executable.path != nil, "the executable is not built: skipped"),
  .enabled(
    if: TinyDisk.isPossible,
    "mounting a file system needs Linux, unshare, nsenter and root: skipped"))
struct FullDiskTests {
  @Test func aReplayEndsAndNamesTheFile() throws {
    let disk = try TinyDisk()
    let events = try disk.folder.file(
      "events.ndjson", lines: history(accounts: 20, days: 40, seed: 4, values: 1...3).map(\.line))
    let ended = try disk.start(
      64, ["replay", "--input", events, "--output", disk.path + "/out"]
    ).wait()
    #expect(ended.status == 73, "\(ended.standardError)")
    #expect(ended.standardError.hasPrefix("thermocline: \(disk.path)/out/"))
    #expect(ended.standardError.contains("No space left on device"))
    #expect(ended.standardError.split(separator: "\n").count == 1)
    #expect(ended.standardOutput.isEmpty)
  }

  @Test func aJobGoesOnWithoutItsCacheAndSaysSoOnce() throws {
    let topics = KafkaSink.Topics(
      scores: "health-scores", changes: "health-score-changes", alerts: "health-alerts",
      rollups: "health-rollups", deadLetters: "health-dead-letters", checkpoints: "checkpoints")
    let broker = try EmbeddedBroker(
      topics: (topics.all + ["product-events"]).map { (name: $0, partitions: 2) })
    let disk = try TinyDisk()
    let events = try disk.folder.file(
      "events.ndjson", lines: history(accounts: 40, days: 40, seed: 4).map(\.line))
    _ = try ProduceJob(
      source: .archives([events]), kafka: broker.settings, topic: "product-events"
    ).run(progress: { _, _, _ in })
    let file = try disk.folder.file(
      "job.yaml",
      lines: [
        "processing: {guarantee: at_least_once}", "server: {listen: none}",
        "checkpoints: {topic: checkpoints, interval: 10s, cache: \(disk.path)/cache}",
      ])
    // Room for folders and not for a state.
    let job = try disk.start(
      16, ["run", "--config", file, "--brokers", broker.bootstrapServers])
    var wholes: Set<String> = []
    while wholes.count < 2, job.isRunning {
      let shelf = try CheckpointTopic.read("checkpoints", kafka: broker.settings)
      wholes = Set(shelf.names.filter { shelf.checkpoints(of: $0).first?.damage == nil })
    }
    job.signal(SIGTERM)
    let ended = job.wait()
    #expect(ended.status == 0 && wholes.count == 2, "\(ended.standardError)")
    let said = ended.standardError.split(separator: "\n").filter {
      $0.contains("the checkpoint cache cannot be written")
    }
    #expect(said.count == 1 && said[0].contains("No space left on device"), "\(said)")
  }

  private func score(_ number: Int) -> (key: String?, value: String?) {
    let account = "acct-\(number)-" + String(repeating: "x", count: 200)
    var score = HealthScore(
      account: account, at: EventTime(milliseconds: 1_767_225_600_000), isFinal: true,
      policy: "test@1")
    score.score = Points(50)
    var writer = JSONWriter()
    HealthScoreEncoder.encode(score, into: &writer)
    return (account, String(decoding: writer.bytes, as: UTF8.self))
  }

  private func accounts(_ port: Int) async throws -> Int? {
    let reply = try await TestClient.request(port, "GET /api/v1/status")
    let status = try JSONSerialization.jsonObject(with: Data(reply.body.utf8)) as? [String: Any]
    return (status?["history"] as? [String: Any])?["account"] as? Int
  }

  @Test func theDashboardStaysAndGoesOnWhenThereIsRoom() async throws {
    let topics = ["health-scores", "health-score-changes", "health-alerts", "health-rollups"]
    let broker = try EmbeddedBroker(topics: topics.map { (name: $0, partitions: 1) })
    let count = 4_000
    try write((0..<count).map(score), to: "health-scores", of: broker)
    let disk = try TinyDisk()
    let started = try disk.start(
      1_024,
      [
        "dashboard", "--brokers", broker.bootstrapServers, "--listen", "127.0.0.1:0",
        "--database", disk.path + "/history.sqlite", "--job", "none",
      ])
    let line = try #require(started.readLine())
    let port = try #require(line.firstMatch(of: /:([0-9]+)\/$/).flatMap { Int($0.1) })
    func jobPage() async throws -> String { try await TestClient.request(port, "GET /job").body }
    while try await !jobPage().contains("the disk is full"), started.isRunning {
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(try await TestClient.request(port, "GET /livez").status == 200)
    #expect(try await TestClient.request(port, "GET /readyz").status == 503)
    #expect(try await TestClient.request(port, "GET /").status == 200)
    try disk.grow(started, to: 65_536)
    while try await TestClient.request(port, "GET /readyz").status != 200, started.isRunning {
      try await Task.sleep(for: .milliseconds(20))
    }
    // Nothing of what came meanwhile is missing.
    #expect(try await accounts(port) == count)
    #expect(try await !jobPage().contains("the disk is full"))
    started.signal(SIGTERM)
    let ended = started.wait()
    #expect(ended.status == 0, "\(ended.standardError)")
  }
}
