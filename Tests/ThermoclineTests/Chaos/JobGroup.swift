import Foundation
import Testing
import ThermoclineCore
import ThermoclineHealth
import ThermoclineKafka
import ThermoclineTestKit
import ThermoclineWindows

@testable import Thermocline

/// A broker and the instances of one job, each a process of its own, and the input they get.
final class JobGroup {
  static let partitions = 6
  static let inputTopic = "product-events"
  private static let outputTopics = [
    "health-scores", "health-score-changes", "health-alerts", "health-rollups",
    "health-dead-letters", "thermocline-checkpoints", "thermocline-segments",
  ]
  /// Above the 3 s that the embedded broker lets pass before a group begins.
  static let sessionSeconds = 6

  let folder: TemporaryFolder
  let kafka: KafkaSettings
  private let broker: Executable.Started
  private let address: String
  private var running: [Executable.Started] = []
  private var archives: [String] = []

  init() throws {
    folder = try TemporaryFolder()
    broker = try Executable.start(
      ["broker", "--partitions", "\(Self.partitions)", "--topics", Self.inputTopic]
        + Self.outputTopics)
    address = try #require(broker.readLine())
    kafka = KafkaSettings(bootstrapServers: address)
    _ = try folder.file("policy.yaml", Array(PolicyFile.write(Self.policy).utf8))
    _ = try folder.file("job.yaml", Array(configuration.utf8))
  }

  deinit {
    for process in running { process.signal(SIGKILL) }
    broker.signal(SIGKILL)
  }

  /// The built-in one, peers and shared chances of false alarms included, and changes of bands and quadrants.
  static var policy: Policy {
    var policy = Policy.standard
    policy.name = "chaos"
    policy.alerts.bandChange = ChangeRule()
    policy.alerts.quadrantChange = ChangeRule()
    return policy
  }

  private var configuration: String {
    """
    kafka:
      properties: {session.timeout.ms: \(Self.sessionSeconds * 1_000), heartbeat.interval.ms: 500}
    policy: \(folder.path)/policy.yaml
    processing: {guarantee: at_least_once, shards: 2}
    time: {idle_after: 0s}
    checkpoints: {topic: thermocline-checkpoints, interval: 10s}
    segments: {topic: thermocline-segments}
    server: {listen: none}
    """
  }

  var count: Int { running.count }

  /// A new instance, once it says that it has started: from then on it ends as it is told to.
  func add() throws {
    let process = try Executable.start(
      ["run", "--config", folder.path + "/job.yaml", "--brokers", address])
    running.append(process)
    while let line = process.readErrorLine() { if line.contains("info started") { return } }
    Issue.record("an instance ended before it had started")
  }

  /// Ends without a word.
  func kill(_ place: Int) {
    let process = running.remove(at: place)
    process.signal(SIGKILL)
    _ = process.wait()
  }

  /// Ends as it should; what it wrote.
  @discardableResult func stop(_ place: Int) -> Executable.Ended {
    let process = running.remove(at: place)
    process.signal(SIGTERM)
    return process.wait()
  }

  func pause(_ place: Int) { running[place].signal(SIGSTOP) }
  func goOn(_ place: Int) { running[place].signal(SIGCONT) }

  func produce(_ events: some Sequence<TestEvent>) throws {
    let path = try folder.file("\(archives.count).ndjson", lines: events.map(\.line))
    archives.append(path)
    _ = try ProduceJob(source: .archives([path]), kafka: kafka, topic: Self.inputTopic)
      .run(progress: { _, _, _ in })
  }

  /// Waits until the group has committed everything; false when an instance ended meanwhile.
  func settle() throws -> Bool {
    var settings = kafka
    settings["group.id"] = "thermocline"
    let consumer = try KafkaConsumer(settings, topics: [])
    defer { consumer.close() }
    let partitions = (0..<Int32(Self.partitions)).map { KafkaPartition(Self.inputTopic, $0) }
    var left = Set(partitions)
    while !left.isEmpty {
      if running.contains(where: { !$0.isRunning }) { return false }
      for position in try consumer.committed(partitions, timeoutMilliseconds: 30_000) {
        let end = try consumer.queryWatermarkOffsets(
          position.partition, timeoutMilliseconds: 30_000)
        if position.offset >= end.upperBound { left.remove(position.partition) }
      }
      usleep(50_000)
    }
    return true
  }

  /// What a replay of the same input writes into a file.
  func replayed() throws -> (scores: [String], alerts: [String]) {
    var replay = ReplayJob(
      inputs: archives, output: folder.path + "/out",
      settings: WindowSettings(outOfOrderness: .minutes(1), allowedLateness: .hours(1)))
    replay.policy = Self.policy
    _ = try replay.run { _, _, _ in }
    return (
      try folder.lines("out/scores.ndjson"), try folder.lines("out/alerts.ndjson").sorted()
    )
  }

  /// What a reader that upserts has of the topics: the newest score of each account, each change of an alert once.
  func published() throws -> (scores: [String], alerts: [String]) {
    var scores: [String: String] = [:]
    for record in try readAll("health-scores", kafka: kafka) {
      scores[record.keyText] = record.value == nil ? nil : record.text
    }
    return (
      scores.sorted { $0.key < $1.key }.map(\.value),
      Set(try readAll("health-alerts", kafka: kafka).map(\.text)).sorted()
    )
  }
}
