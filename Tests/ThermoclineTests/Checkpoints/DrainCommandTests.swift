import Foundation
import Testing
import ThermoclineKafka
import ThermoclineServer
import ThermoclineTestKit

@testable import Thermocline

@Suite(
  .timeLimit(.minutes(5)),
  .enabled(if: Executable.path != nil, "the executable is not built: skipped"))
struct DrainCommandTests {
  @Test("the command ends the job, and the next start has nothing to read again")
  func drain() throws {
    let broker = try EmbeddedBroker(
      topics: [
        "product-events", "health-scores", "health-score-changes", "health-alerts",
        "health-rollups", "health-dead-letters", "thermocline-checkpoints",
      ].map { (name: $0, partitions: 2) })
    let folder = try TemporaryFolder()
    let events = try folder.file(
      "events.ndjson", lines: history(accounts: 4, days: 20, seed: 3).map(\.line))
    _ = try ProduceJob(
      source: .archives([events]), kafka: broker.settings, topic: "product-events"
    ).run(progress: { _, _, _ in })
    let config = try folder.file(
      "job.yaml",
      Array(
        """
        kafka: {brokers: "\(broker.bootstrapServers)", properties: {session.timeout.ms: 4000}}
        processing: {guarantee: at_least_once}
        time: {idle_after: 0s}
        checkpoints: {topic: thermocline-checkpoints, interval: 1d}
        server: {listen: "127.0.0.1:0"}
        """.utf8))
    let job = try Executable.start(["run", "--config", config])
    var address: Substring?
    while address == nil, let line = job.readErrorLine() {
      address = line.firstMatch(of: /address=(127[0-9.:]+)/)?.1
    }
    let found = String(try #require(address))
    let source = try TopSource(try #require(ServerURL(found)), token: nil)
    while job.isRunning, (try? source.probe("/readyz"))?.isGood != true {
      usleep(50_000)
    }
    let drained = try Executable.run(["drain", "--address", found])
    #expect(drained.status == 0 && drained.standardOutput.hasSuffix("the job has ended\n"))
    let ended = job.wait()
    #expect(ended.status == 0)
    #expect(ended.standardError.contains("the last checkpoints were taken"))
    let state = try Executable.run(["state", "--config", config])
    let partitions = state.standardOutput.split(separator: "\n").filter { $0.contains("committed") }
    #expect(
      partitions.count == 2 && partitions.allSatisfy { $0.contains(": 0 messages to rebuild") })
    let again = try Executable.run(["drain", "--address", found])
    #expect(again.status == 69)
  }
}
