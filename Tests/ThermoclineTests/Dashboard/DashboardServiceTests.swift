import Foundation
import Logging
import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineDashboard
import ThermoclineKafka
import ThermoclineProtobuf
import ThermoclineServer
import ThermoclineTestKit

@testable import Thermocline

/// From a message in a topic to what a browser gets, over the Kafka protocol and HTTP.
@Suite(.timeLimit(.minutes(3))) struct DashboardServiceTests {
  private static let topics = KafkaSink.Topics(
    scores: "scores", changes: "changes", alerts: "alerts", rollups: "rollups",
    deadLetters: "letters", usage: "usage")
  private static let controls = "controls"
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func broker() throws -> EmbeddedBroker {
    try EmbeddedBroker(
      topics: (Self.topics.all + [Self.controls]).map { (name: $0, partitions: 2) })
  }

  private func score(_ account: String, _ points: Double) -> (key: String?, value: String?) {
    var score = HealthScore(
      account: account, at: EventTime(milliseconds: 1_767_225_600_000), isFinal: true,
      policy: "test@1")
    score.score = Points(points)
    score.band = "green"
    var writer = JSONWriter()
    HealthScoreEncoder.encode(score, into: &writer)
    return (account, String(decoding: writer.bytes, as: UTF8.self))
  }

  private func alert() -> (key: String?, value: String?) {
    let alert = HealthAlert(
      fingerprint: "b1946ac92492d234", account: "acct-7", rule: "silence", state: .firing,
      at: EventTime(milliseconds: 1_767_225_600_000))
    var writer = JSONWriter()
    HealthAlertEncoder.encode(alert, into: &writer)
    return (alert.account, String(decoding: writer.bytes, as: UTF8.self))
  }

  private func settings(
    _ broker: EmbeddedBroker, file: Bool, look: TimeSpan = .minutes(5)
  ) -> DashboardSettings {
    var settings = DashboardSettings(
      kafka: broker.settings, topics: Self.topics, listen: ListenAddress(host: "127.0.0.1", port: 0)
    )
    settings.controlsTopic = Self.controls
    if file { settings.database = folder.path + "/history.sqlite" }
    settings.lookInterval = look
    return settings
  }

  /// Runs `body` while a dashboard reads and serves; says how many messages it took over. The service waits on threads,
  /// so it is started and stopped on one.
  private func serving(
    _ broker: EmbeddedBroker, file: Bool = false, look: TimeSpan = .minutes(5),
    _ body: (_ port: Int) async throws -> Void
  ) async throws -> Int {
    let service = try DashboardService(
      settings(broker, file: file, look: look), job: nil,
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let address = try await onThread { () throws(JobFailure) in try service.start() }
    do { try await body(address.port) } catch {
      _ = try? await onThread { () throws(JobFailure) in service.stop() }
      throw error
    }
    _ = try await onThread { () throws(JobFailure) in service.stop() }
    return service.feedState.messages
  }

  private func onThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws(JobFailure) -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result(catching: body)) }
    }
  }

  private func accounts(_ port: Int) async throws -> [String] {
    let reply = try await TestClient.request(port, "GET /api/v1/accounts?sort=account")
    let page = try JSONSerialization.jsonObject(with: Data(reply.body.utf8)) as? [String: Any]
    return (page?["accounts"] as? [[String: Any]] ?? []).compactMap { $0["account"] as? String }
  }

  private func isReady(_ port: Int) async throws {
    while try await TestClient.request(port, "GET /readyz").status != 200 {
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  @Test(
    "a score on the topic arrives on the stream, in either encoding",
    arguments: [nil, ProtobufMessage.score])
  func arrival(message: ProtobufMessage?) async throws {
    let broker = try broker()
    _ = try await serving(broker) { port async throws in
      try await isReady(port)
      let heard = try await TestClient.stream(
        port, "/api/v1/stream", from: "retry: ", until: "acct-7"
      ) {
        try write([score("acct-7", 61.4)], to: "scores", partition: 1, as: message, of: broker)
      }
      #expect(heard.contains("event: change") && heard.contains("\"names\":[\"acct-7\"]"))
      let reply = try await TestClient.request(port, "GET /api/v1/accounts/acct-7")
      #expect(reply.body.contains("\"score\":61.4"))
    }
  }

  @Test func aRestartGoesOnWhereTheHistoryEnds() async throws {
    let broker = try broker()
    try write([score("a", 1), score("b", 2)], to: "scores", of: broker)
    let first = try await serving(broker, file: true) { try await isReady($0) }
    #expect(first == 2)
    try write([score("c", 3)], to: "scores", of: broker)
    let second = try await serving(broker, file: true) { port async throws in
      try await isReady(port)
      #expect(try await accounts(port) == ["a", "b", "c"])
    }
    #expect(second == 1)
  }

  @Test func aTopicThatWasMadeAgainIsReadAgain() async throws {
    do {
      let broker = try broker()
      try write([score("a", 1), score("b", 2), score("c", 3)], to: "scores", of: broker)
      #expect(try await serving(broker, file: true) { try await isReady($0) } == 3)
    }
    let broker = try broker()
    try write([score("d", 4)], to: "scores", of: broker)
    _ = try await serving(broker, file: true) { port async throws in
      try await isReady(port)
      #expect(try await accounts(port) == ["d"])
    }
  }

  @Test func aDamagedHistoryIsFilledAgain() async throws {
    let broker = try broker()
    try write([score("a", 1)], to: "scores", of: broker)
    _ = try await serving(broker, file: true) { try await isReady($0) }
    _ = try folder.file("history.sqlite", Array(repeating: UInt8(0x55), count: 50_000))
    let messages = try await serving(broker, file: true) { port async throws in
      try await isReady(port)
      #expect(try await accounts(port) == ["a"])
    }
    #expect(messages == 1)
  }

  @Test func whatAPersonSaysOfAnAlertIsInItsTopic() async throws {
    let broker = try broker()
    try write([score("acct-7", 50)], to: "scores", of: broker)
    try write([alert()], to: "alerts", of: broker)
    _ = try await serving(broker) { port async throws in
      try await isReady(port)
      let form = "action=acknowledge&reason=called+them&author=ana&days=2"
      let reply = try await TestClient.request(
        port, "POST /alerts/b1946ac92492d234",
        [
          "Content-Type: application/x-www-form-urlencoded", "Content-Length: \(form.utf8.count)",
        ], body: form)
      #expect(reply.status == 303)
    }
    let sent = try readAll(Self.controls, of: broker)
    #expect(sent.map(\.keyText) == ["b1946ac92492d234"])
    let control = try AlertControlDecoder.decode(try #require(sent.first?.value))
    #expect(control.action == .acknowledge && control.reason == "called them")
  }

  private func text(_ port: Int, _ path: String) async throws -> String {
    try await TestClient.request(port, "GET " + path).body
  }

  private func until(_ isDone: () async throws -> Bool) async throws {
    while try await !isDone() { try await Task.sleep(for: .milliseconds(20)) }
  }

  @Test("brokers that are lost while reading are said, and no more when reading goes on")
  func lostBrokers() async throws {
    let broker = try broker()
    try write([score("a", 1)], to: "scores", of: broker)
    _ = try await serving(broker) { port async throws in
      try await isReady(port)
      #expect(try await !text(port, "/job").contains("Not followed now"))
      broker.setDown()
      try await until { try await text(port, "/job").contains("Not followed now") }
      #expect(try await text(port, "/readyz").contains("not followed"))
      // What is known is shown all the same.
      #expect(try await accounts(port) == ["a"])
      broker.setUp()
      try await isReady(port)
      #expect(try await !text(port, "/job").contains("Not followed now"))
      try write([score("b", 2)], to: "scores", of: broker)
      try await until { try await accounts(port) == ["a", "b"] }
    }
  }

  @Test("one broker of two that is lost is said; the partitions of the other are read")
  func aLostLeader() async throws {
    let broker = try EmbeddedBroker(
      brokers: 2, topics: (Self.topics.all + [Self.controls]).map { (name: $0, partitions: 2) })
    for topic in Self.topics.all {
      for partition in 0..<Int32(2) {
        let isLost = topic == "usage" && partition == 1
        broker.setLeader(of: KafkaPartition(topic, partition), to: isLost ? 2 : 1)
      }
    }
    _ = try await serving(broker) { port async throws in
      try await isReady(port)
      broker.setDown(2)
      try await until { try await text(port, "/job").contains("Not followed now") }
      try write([score("a", 1)], to: "scores", partition: 0, of: broker)
      try await until { try await accounts(port) == ["a"] }
      #expect(try await text(port, "/job").contains("Not followed now"))
      broker.setUp(2)
      try await isReady(port)
    }
  }

  @Test("a topic of usage that is made later is read without a restart")
  func usageLater() async throws {
    let broker = try EmbeddedBroker(
      topics: Self.topics.all.filter { $0 != "usage" }.map { (name: $0, partitions: 2) })
    try write([score("a", 1)], to: "scores", of: broker)
    _ = try await serving(broker, look: .seconds(1)) { port async throws in
      try await isReady(port)
      try broker.createTopic("usage", partitions: 1)
      var writer = JSONWriter()
      let usage = AccountUsage(
        account: "a", at: EventTime(milliseconds: 1_767_225_600_000), policy: "test@1",
        stage: "active")
      _ = AccountUsageEncoder.encode(usage, into: &writer)
      try write([("a", String(decoding: writer.bytes, as: UTF8.self))], to: "usage", of: broker)
      try await until { try await text(port, "/api/v1/accounts/a").contains("\"usage\":{") }
    }
  }

  @Test func aMissingTopicIsNamed() throws {
    let broker = try EmbeddedBroker(topics: [("scores", 1), ("changes", 1), ("alerts", 1)])
    let service = try DashboardService(
      settings(broker, file: false), job: nil,
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let failure = #expect(throws: JobFailure.self) { try service.start() }
    #expect(failure?.status == .unavailable && failure?.message.contains("rollups") == true)
  }
}
