import Testing
import ThermoclineCore
import ThermoclineKafka

@testable import Thermocline

@Suite(.timeLimit(.minutes(2))) struct JobCheckTests {
  private func configuration(_ broker: EmbeddedBroker) -> JobConfiguration {
    var configuration = JobConfiguration()
    configuration.kafka.brokers = broker.bootstrapServers
    configuration.inputTopics = ["events"]
    return configuration
  }

  private func check(_ configuration: JobConfiguration) throws -> [CheckFinding] {
    var findings: [CheckFinding] = []
    var settings = try configuration.settings()
    settings.shards = 1
    JobCheck(configuration, settings).run { findings.append($0) }
    return findings
  }

  private func bad(_ findings: [CheckFinding]) -> [String] {
    findings.filter { $0.verdict == .bad }.map(\.text)
  }

  @Test func saysWhatIsMissingAndWhatIsNot() throws {
    let broker = try EmbeddedBroker(topics: [("events", 2), ("health-scores", 2)])
    let findings = try check(configuration(broker))
    let missing = bad(findings)
    #expect(missing.count == 5, "changes, alerts, roll-ups, dead letters, delivery: \(missing)")
    #expect(missing.count { $0.contains("thermocline topics create") } == 4)
    #expect(missing.contains { $0.hasPrefix("delivery: ") && $0.contains("at_least_once") })
    #expect(findings.contains(CheckFinding(.good, "topic events: 2 partitions")))
    #expect(findings.contains(CheckFinding(.doubtful, "input: no records yet")))
    #expect(findings.contains { $0.text.hasPrefix("release: the brokers are like Kafka") })
    #expect(
      findings.contains {
        $0.text.hasPrefix("settings of topics: the embedded broker does not tell")
      })
    #expect(
      findings.contains(CheckFinding(.good, "group thermocline: new, reads from the beginning")))
  }

  @Test func whatTheEmbeddedBrokerCanDoIsPromised() throws {
    let broker = try EmbeddedBroker(topics: [("events", 2)])
    var configuration = configuration(broker)
    configuration.processing.guarantee = .atLeastOnce
    let findings = try check(configuration)
    #expect(findings.contains(CheckFinding(.good, "delivery: at least once")))
  }

  @Test func anEventFromTheFutureIsAClockThatIsWrong() throws {
    let broker = try EmbeddedBroker(topics: [("events", 2)])
    let producer = try KafkaProducer(broker.settings)
    let topic = try producer.topic("events")
    func produce(_ partition: Int32, ahead: TimeSpan) throws {
      let time = wallClock() + ahead
      _ = try producer.produce(
        to: topic, partition: partition, key: nil, value: [1],
        timestampMilliseconds: time.milliseconds)
      try producer.flush(timeoutMilliseconds: 10_000)
    }
    try produce(0, ahead: .zero)
    let findings = try check(configuration(broker))
    #expect(findings.contains { $0.verdict == .good && $0.text.hasPrefix("clock: ") })
    try produce(1, ahead: .hours(3))
    let later = bad(try check(configuration(broker)))
    #expect(later.contains { $0.hasPrefix("clock: ") && $0.contains("time.future_tolerance") })
  }

  @Test func nobodyThereIsOneFinding() throws {
    var configuration = JobConfiguration()
    configuration.kafka.brokers = "127.0.0.1:1"
    configuration.kafka.properties["no.such.property"] = "1"
    let findings = try check(configuration)
    #expect(findings.count == 1 && findings[0].verdict == .bad)
    #expect(findings[0].text.contains("no.such.property"))
    #expect(findings[0].text.contains("kafka.properties"))
  }

  @Test(arguments: [
    ("message.send.max.retries", "0"), ("linger.ms", "soon"), ("sasl.oauthbearer.method", "oidc"),
  ])
  func propertiesThatNoClientCanBeMadeOfAreSaid(_ name: String, _ value: String) throws {
    let broker = try EmbeddedBroker(topics: [("events", 2)])
    var configuration = configuration(broker)
    configuration.processing.guarantee = .atLeastOnce
    configuration.kafka.properties[name] = value
    let findings = try check(configuration)
    #expect(findings.count == 1 && findings[0].verdict == .bad, "\(findings)")
    #expect(findings[0].text.hasPrefix("kafka.properties: "), "\(findings)")
    if value == "oidc" { #expect(findings[0].text.contains("libcurl"), "\(findings)") }
  }

  @Test func transactionsAreTriedUnderAnIDOfItsOwn() throws {
    let broker = try EmbeddedBroker(topics: [("events", 2)])
    let configuration = configuration(broker)
    func delivery() throws -> CheckFinding? {
      var settings = try configuration.settings()
      settings.isRehearsal = true
      var findings: [CheckFinding] = []
      JobCheck(configuration, settings).run { findings.append($0) }
      return findings.first { $0.text.hasPrefix("delivery: ") }
    }
    #expect(try delivery() == CheckFinding(.good, "delivery: exactly once"))
    broker.failNext(.initProducerID, with: [.transactionalIDNotAuthorized])
    let refused = try #require(try delivery())
    #expect(refused.verdict == .bad && refused.text.contains("begin with thermocline-"))
  }

  @Test func theTopicsOfTablesAreRead() throws {
    let broker = try EmbeddedBroker(topics: [("events", 2), ("profiles", 1)])
    var configuration = configuration(broker)
    configuration.profiles.topic = "profiles"
    #expect(try check(configuration).contains(CheckFinding(.good, "topic profiles: may be read")))
    try write([("a", "{}")], to: "profiles", of: broker)
    broker.failNext(.fetch, with: Array(repeating: .topicNotAuthorized, count: 20))
    let refused = bad(try check(configuration)).filter { $0.contains("profiles") }
    #expect(refused.count == 1 && refused[0].contains("grant Read"), "\(refused)")
  }

  @Test func whatTheOutputsTakeIsTriedWhenAskedFor() throws {
    let broker = try EmbeddedBroker(topics: [
      ("events", 2), ("health-scores", 2), ("health-alerts", 1),
    ])
    func check(write: Bool) throws -> [CheckFinding] {
      var settings = try configuration(broker).settings()
      settings.isRehearsal = true
      var findings: [CheckFinding] = []
      JobCheck(configuration(broker), settings, triesToWrite: write).run { findings.append($0) }
      return findings
    }
    let untried = try check(write: false).filter { $0.text.hasPrefix("rights to write") }
    #expect(untried.count == 1 && untried[0].text.contains("--write"))
    let written = try check(write: true).filter { $0.text.hasSuffix("may be written") }
    #expect(written.map(\.verdict) == [.good, .good], "those that are there: \(written)")
    broker.failNext(.addPartitionsToTransaction, with: [.topicNotAuthorized])
    let refused = bad(try check(write: true)).filter { $0.contains("grant Write") }
    #expect(refused.count == 1 && refused[0].hasPrefix("topic health-scores"), "\(refused)")
  }

  @Test func moreMemoryThanThereIsIsSaid() throws {
    let broker = try EmbeddedBroker(topics: [("events", 3)])
    var configuration = configuration(broker)
    configuration.processing.bytesMax = 1 << 20
    func memory() throws -> CheckFinding? {
      try check(configuration).first { $0.text.hasPrefix("memory: 3 partitions") }
    }
    #expect(try memory()?.verdict == .good)
    configuration.processing.bytesMax = 1 << 50
    #expect(try memory()?.verdict == .doubtful)
  }

  @Test func theEmbeddedBrokerMakesNoTopicsOnRequest() throws {
    let broker = try EmbeddedBroker(topics: [("events", 1)])
    let creation = TopicCreation(
      configuration(broker), partitions: 3, replication: 1, withInput: true, isTrial: false)
    var lines: [String] = []
    let failure = #expect(throws: JobFailure.self) { try creation.run { lines.append($0) } }
    #expect(failure?.status == .unavailable)
    #expect(failure?.message.contains("make no topics on request") == true)
    #expect(lines == ["there     events"])
  }
}
