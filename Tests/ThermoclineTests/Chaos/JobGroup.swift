import Foundation
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth
import ThermoclineKafka
import ThermoclineKafkaTestKit
import ThermoclineTestKit
import ThermoclineWindows

@testable import Thermocline

/// A broker, or those that are named, and the instances of one job, each a process of its own, and the input they get.
final class JobGroup {
  static let partitions = 6
  private let input = TestBroker.unique("product-events")
  private let outputs = KafkaSink.Topics.unique(withCheckpoints: true, withSegments: true)
  private let group = TestBroker.unique("thermocline")
  /// Above the 3 s that the embedded broker lets pass before a group begins.
  static let sessionSeconds = 6

  let folder: TemporaryFolder
  let kafka: KafkaSettings
  /// nil where brokers are named.
  private let broker: Executable.Started?
  private let address: String
  private var running: [Executable.Started] = []
  /// Of the last look.
  private(set) var repeatedChanges = 0
  private var archives: [String] = []

  init() throws {
    folder = try TemporaryFolder()
    let topics = [input] + outputs.all
    if let named = TestBroker.named {
      (broker, address) = (nil, named)
      _ = try TestBroker(topics: topics.map { (name: $0, partitions: Self.partitions) })
    } else {
      let started = try Executable.start(
        ["broker", "--partitions", "\(Self.partitions)", "--topics"] + topics)
      (broker, address) = (started, try #require(started.readLine()))
    }
    kafka = KafkaSettings(bootstrapServers: address)
    _ = try folder.file("policy.yaml", Array(PolicyFile.write(Self.policy).utf8))
    _ = try folder.file("job.yaml", Array(configuration.utf8))
  }

  deinit {
    for process in running { end(process, SIGKILL) }
    broker?.signal(SIGKILL)
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
      group: \(group)
      properties:
        session.timeout.ms: \(Self.sessionSeconds * 1_000)
        heartbeat.interval.ms: 500
        max.poll.interval.ms: 15000
        transaction.timeout.ms: 10000
        message.timeout.ms: 8000
    policy: \(folder.path)/policy.yaml
    processing:
      guarantee: \(TestBroker.hasTransactions ? "exactly_once" : "at_least_once")
      shards: 2
    input: {topics: [\(input)]}
    output:
      scores: \(outputs.scores)
      changes: \(outputs.changes)
      alerts: \(outputs.alerts)
      rollups: \(outputs.rollups)
      dead_letters: \(outputs.deadLetters)
    time: {idle_after: 0s}
    checkpoints: {topic: \(outputs.checkpoints!), interval: 10s}
    segments: {topic: \(outputs.segments!)}
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
    end(running.remove(at: place), SIGKILL)
  }

  /// Ends a process; where THERMOCLINE_CHAOS_LOGS names a folder, what it said stays there.
  @discardableResult private func end(
    _ process: Executable.Started, _ signal: Int32
  ) -> Executable.Ended {
    process.signal(signal)
    let ended = process.wait()
    if let folder = ProcessInfo.processInfo.environment["THERMOCLINE_CHAOS_LOGS"] {
      try? ended.standardError.write(
        toFile: "\(folder)/\(group).\(process.number).log", atomically: true, encoding: .utf8)
    }
    return ended
  }

  /// Ends as it should; what it wrote.
  @discardableResult func stop(_ place: Int) -> Executable.Ended {
    end(running.remove(at: place), SIGTERM)
  }

  func pause(_ place: Int) { running[place].signal(SIGSTOP) }
  func goOn(_ place: Int) { running[place].signal(SIGCONT) }

  func produce(_ events: some Sequence<TestEvent>) throws {
    let path = try folder.file("\(archives.count).ndjson", lines: events.map(\.line))
    archives.append(path)
    _ = try ProduceJob(source: .archives([path]), kafka: kafka, topic: input)
      .run(progress: { _, _, _ in })
  }

  /// Waits until the group has committed everything, and judged all days that it has come past; false when an instance ended
  /// meanwhile.
  func settle() throws -> Bool {
    var settings = kafka
    settings["group.id"] = group
    let consumer = try KafkaConsumer(settings, topics: [])
    defer { consumer.close() }
    let partitions = (0..<Int32(Self.partitions)).map { KafkaPartition(input, $0) }
    var left = Set(partitions)
    while !left.isEmpty {
      if running.contains(where: { !$0.isRunning }) { return false }
      // On a machine with other work a broker may take longer than it is given: it is asked again.
      do throws(KafkaError) {
        let (committed, marks) = try consumer.committedPlaces(
          partitions, timeoutMilliseconds: 30_000)
        for position in committed {
          if let said = marks[position.partition]?.said,
            said.days < said.ticks.floor(to: .days(1))
          {
            continue
          }
          let end = try consumer.watermarkOffsets(
            of: position.partition, timeoutMilliseconds: 30_000)
          if position.offset >= end.upperBound { left.remove(position.partition) }
        }
      } catch {
        guard error.code == .timedOut else { throw error }
      }
      usleep(50_000)
    }
    return true
  }

  /// What the topics have, or should have: the newest score of each account, all changes and alerts.
  struct Outcome: Equatable {
    var scores: [String]
    /// In the order in which each account's were published.
    var changes: [String: [String]]
    var alerts: [String]
  }

  /// What a replay of the same input writes into files.
  func replayed() throws -> Outcome {
    var replay = ReplayJob(
      inputs: archives, output: folder.path + "/out",
      settings: WindowSettings(outOfOrderness: .minutes(1), allowedLateness: .hours(1)))
    replay.policy = Self.policy
    _ = try replay.run { _, _, _ in }
    return Outcome(
      scores: try folder.lines("out/scores.ndjson"),
      changes: try byAccount(folder.lines("out/score-changes.ndjson")),
      alerts: try folder.lines("out/alerts.ndjson").sorted())
  }

  private func byAccount(_ changes: [String]) throws -> [String: [String]] {
    let account = /"account":"([^"]*)"/
    return try Dictionary(grouping: changes) {
      String(try #require($0.firstMatch(of: account)).1)
    }
  }

  /// What a reader of what was committed has of the topics. Where there are no transactions each alert and change counts
  /// once, where it stands first: it may be there again.
  func published() throws -> Outcome {
    // A process that was killed may have left a transaction open, which ends after its time.
    while try !OpenTransactions(outputs.all, kafka: kafka).places.isEmpty { usleep(200_000) }
    var scores: [String: String] = [:]
    for record in try readAll(outputs.scores, kafka: kafka) {
      scores[record.keyText] = record.value == nil ? nil : record.text
    }
    let changes = try readAll(outputs.changes, kafka: kafka).map(\.text)
    let alerts = try readAll(outputs.alerts, kafka: kafka).map(\.text)
    var seen: Set<String> = []
    let firsts = changes.filter { seen.insert($0).inserted }
    repeatedChanges = changes.count - firsts.count
    return Outcome(
      scores: scores.sorted { $0.key < $1.key }.map(\.value),
      changes: try byAccount(TestBroker.hasTransactions ? changes : firsts),
      alerts: (TestBroker.hasTransactions ? alerts : Array(Set(alerts))).sorted())
  }
}
