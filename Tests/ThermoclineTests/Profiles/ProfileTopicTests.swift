import Logging
import Synchronization
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineKafka
import ThermoclineKafkaTestKit

@testable import Thermocline

@Suite(.timeLimit(.minutes(2))) struct ProfileTopicTests {
  private let topic = TestBroker.unique("accounts")
  private let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private func profiles(
    _ broker: TestBroker, _ book: ProfileBook, _ log: Logger? = nil
  ) -> ProfileTopic {
    ProfileTopic(topic, kafka: broker.settings, book: book, log: log ?? self.log, failed: {})
  }

  @Test(
    "at the start everything that is there is taken: the last of each key, tombstones, refusals")
  func start() throws {
    let broker = try TestBroker(topics: [(topic, 2)])
    try write(
      [
        ("a", #"{"tier":"mid"}"#), ("b", #"{"seats":5}"#), ("a", #"{"tier":"small","seats":2}"#),
        ("c", #"{"seats":7}"#), ("c", nil), (nil, #"{"seats":7}"#),
      ], to: topic, of: broker)
    try write(
      [("d", "not json"), ("e", #"{"seats":9}"#), ("e", #"{"seats":"many"}"#)], to: topic,
      partition: 1, of: broker)
    let book = ProfileBook()
    let lines = LogLines()
    let profiles = profiles(broker, book, Logger(label: "test") { _ in lines })
    try profiles.start()
    let counts = profiles.counts
    profiles.finish()
    #expect(counts.read == 9 && counts.set == 5 && counts.removed == 1 && counts.refused == 3)
    let snapshot = book.snapshot
    #expect(snapshot["a"].tier == "small" && snapshot["a"].seats == 2)
    #expect(snapshot["b"].seats == 5 && !snapshot.contains("c") && !snapshot.contains("d"))
    #expect(snapshot["e"].seats == 9, "a profile that is refused leaves the earlier one")
    let refused = lines.all.filter { $0.contains("was refused") }
    #expect(refused.count == 3)
    for part in ["offset=5", "reason=missing_account", "reason=not_json", "reason=wrong_type"] {
      #expect(refused.contains { $0.contains(part) }, "\(part) in \(refused)")
    }
  }

  @Test("changes that come later are followed, removals too, and finishing ends it")
  func following() throws {
    let broker = try TestBroker(topics: [(topic, 1)])
    let book = ProfileBook(["file": AccountProfile()])
    let profiles = profiles(broker, book)
    try profiles.start()
    #expect(profiles.counts == AccountTopicCounts())
    try write([("a", #"{"seats":1}"#)], to: topic, of: broker)
    while book.snapshot["a"].seats != 1 { pauseBriefly() }
    try write([("a", nil), ("file", nil)], to: topic, of: broker)
    while book.snapshot.count > 0 { pauseBriefly() }
    profiles.finish()
    #expect(profiles.counts.removed == 2 && profiles.failure == nil)
  }

  @Test("a topic that is not there ends the start with its name")
  func missing() throws {
    let broker = try TestBroker()
    let profiles = profiles(broker, ProfileBook())
    let failure = #expect(throws: JobFailure.self) { try profiles.start() }
    profiles.finish()
    #expect(failure?.status == .unavailable && failure?.message.contains(topic) == true)
  }
}

/// Keeps the lines of a log.
final class LogLines: LogHandler, Sendable {
  private let lines = Mutex<[String]>([])
  var all: [String] { lines.withLock { $0 } }

  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }
  var logLevel: Logger.Level {
    get { .trace }
    set {}
  }
  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }

  func log(event: LogEvent) {
    let fields = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    lines.withLock { $0.append("\(event.message) " + fields.joined(separator: " ")) }
  }
}
