import Foundation
import Logging
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineKafka
import ThermoclineTestKit
import ThermoclineWindows

@testable import Thermocline

/// A policy file that changes while the job runs on Kafka.
@Suite(.timeLimit(.minutes(5))) struct PolicyReloadTests {
  private static let outputs = KafkaSink.Topics(
    scores: "scores", changes: "changes", alerts: "alerts", rollups: "rollups",
    deadLetters: "letters", usage: "usage")
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  enum Way: CaseIterable { case fileChange, hangup }

  @Test(
    "a changed policy file, looked at or told by SIGHUP, holds from a midnight on, and every output names its version",
    arguments: Way.allCases)
  func reload(way: Way) throws {
    let broker = try EmbeddedBroker(
      topics: (["events"] + Self.outputs.all).map { (name: $0, partitions: 2) })
    let file = try policy(version: 1, yellow: 35)
    let loaded = try PolicyFile.load(file)
    var settings = StreamingSettings(
      kafka: broker.settings, group: "job", inputTopics: ["events"], outputTopics: Self.outputs)
    // Above the 3 s a first join takes here.
    settings.kafka["session.timeout.ms"] = "4000"
    settings.windows = WindowSettings(outOfOrderness: .minutes(5), allowedLateness: .hours(1))
    settings.idleAfter = .zero
    (settings.policy, settings.policyFiles) = (loaded.policy, loaded.files)
    settings.policyPoll = way == .fileChange ? TimeSpan(milliseconds: 5) : .zero
    let log = LogLines()
    let job = try StreamingJob(settings, log: Logger(label: "test") { _ in log })
    let hangup = way == .hangup ? Termination(hangup: { job.reloadPolicy() }) : nil
    let thread = OwnThread("job") {
      do throws(JobFailure) { try job.run() } catch { Issue.record("\(error)") }
    }
    let events = history(accounts: 5, days: 12, seed: 21, values: 1...3)
    let half = events.count / 2
    try send(events[..<half], to: broker, job)
    _ = try policy(version: 2, yellow: 60)
    if way == .hangup { kill(getpid(), SIGHUP) }
    while !log.all.contains(where: { $0.hasPrefix("a new policy was read") }) { pauseBriefly() }
    let told = try #require(log.all.first { $0.hasPrefix("a new policy was read") })
    try send(events[half...], to: broker, job)
    job.stop()
    thread.join()
    withExtendedLifetime(hangup) {}
    let from = EventTime(milliseconds: events[half - 1].time).floor(to: .days(1)) + .days(1)
    #expect(told.contains("holds_from=\(from)") && told.contains("policy=ours@2"), "\(told)")
    for topic in ["scores", "changes", "rollups", "usage"] {
      var versions: [String: Set<Bool>] = [:]
      for record in try readAll(topic, of: broker) where record.value != nil {
        let said = try output(record)
        // What is early may stand for a tick that is not over.
        if said.final == false { continue }
        versions[said.policy, default: []].insert(said.at < "\(from)")
      }
      #expect(versions == ["ours@1": [true], "ours@2": [false]], "\(topic)")
    }
  }

  private struct Output: Decodable {
    var at: String
    var policy: String
    var final: Bool?
  }

  private func output(_ record: TopicRecord) throws -> Output {
    try JSONDecoder().decode(Output.self, from: Data(record.value ?? []))
  }

  private func policy(version: Int, yellow: Int) throws -> String {
    try folder.file(
      "policy.yaml",
      lines: [
        "name: ours", "version: \(version)", "extends: default", "usage: {top_features: 3}",
        "bands: [{name: red, from: 0}, {name: yellow, from: \(yellow)}, {name: green, from: 65}]",
      ])
  }

  /// Sends events and waits until the job has come to the last one in every partition.
  private func send(
    _ events: ArraySlice<TestEvent>, to broker: EmbeddedBroker, _ job: StreamingJob
  ) throws {
    let path = try folder.file("events.ndjson", lines: events.map(\.line))
    let sent = try ProduceJob(
      source: .archives([path]), kafka: broker.settings, topic: "events"
    ).run(progress: { _, _, _ in })
    let until = try #require(sent.until)
    func isThere() -> Bool {
      let progress = job.pipeline.snapshot.progress
      return progress.count == 2 && progress.allSatisfy { $0.watermark >= until }
    }
    while !isThere(), job.pipeline.snapshot.failure == nil { pauseBriefly() }
  }
}
