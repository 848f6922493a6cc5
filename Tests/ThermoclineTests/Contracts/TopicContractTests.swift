import Foundation
import Logging
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth
import ThermoclineKafka
import ThermoclineProtobuf
import ThermoclineTestKit
import ThermoclineWindows

@testable import Thermocline

/// The messages of a running job: values by their schemas, keys, headers, and tombstones where the topic is compacted.
@Suite(.timeLimit(.minutes(5))) struct TopicContractTests {
  private static let output = JobConfiguration.Output()
  private static let input = "product-events"
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// One account that goes on, one that falls silent, one of a tier of its own that is forgotten meanwhile, and what
  /// cannot be read.
  private func runJob(on broker: EmbeddedBroker, _ encoding: ValueEncoding) throws {
    var lines: [String] = []
    for d in 0..<Int64(110) {
      for (account, last) in [("goes-on", 110), ("stops", 70), ("goes", 2)] where d < last {
        lines.append(TestEvent(account: account, time: monday.milliseconds + d * day).line)
      }
    }
    lines += ["not json", "{}"]
    let file = try folder.file("events.ndjson", lines: lines)
    let sent = try ProduceJob(
      source: .archives([file]), kafka: broker.settings, topic: Self.input
    ).run(progress: { _, _, _ in })
    // More headers than a letter carries.
    let headers = (0...Limits.letterHeadersMax).map { KafkaHeader("trace-\($0)", Array("7".utf8)) }
    try write([(nil, "nothing")], to: Self.input, headers: headers, of: broker)
    var settings = StreamingSettings(
      kafka: broker.settings, group: "job", inputTopics: [Self.input],
      outputTopics: KafkaSink.Topics(
        scores: Self.output.scores, changes: Self.output.changes, alerts: Self.output.alerts,
        rollups: Self.output.rollups, deadLetters: Self.output.deadLetters,
        usage: Self.output.usage))
    // Above the 3 s a first join takes here.
    settings.kafka["session.timeout.ms"] = "4000"
    settings.windows = WindowSettings(outOfOrderness: .minutes(5), allowedLateness: .hours(1))
    settings.idleAfter = .zero
    settings.encoding = encoding
    settings.forgetAfter = .days(30)
    settings.policy.usage = UsageRule()
    var (lasting, going) = (AccountProfile(), AccountProfile())
    (lasting.tier, going.tier) = ("large", "small")
    settings.profiles = ["goes-on": lasting, "stops": lasting, "goes": going]
    let job = try StreamingJob(
      settings, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let thread = OwnThread("job") { [job] in
      do throws(JobFailure) { try job.run() } catch { Issue.record("\(error)") }
    }
    while job.pipeline.snapshot.totals.read < sent.messages + 1
      || !job.pipeline.snapshot.progress.allSatisfy({ $0.watermark >= sent.until! }),
      job.pipeline.snapshot.failure == nil
    { pauseBriefly() }
    job.stop()
    thread.join()
  }

  @Test(arguments: ValueEncoding.allCases)
  func everyMessageConforms(encoding: ValueEncoding) throws {
    let broker = try EmbeddedBroker(
      topics: [
        Self.input, Self.output.scores, Self.output.changes, Self.output.alerts,
        Self.output.rollups, Self.output.deadLetters, Self.output.usage,
      ].map { ($0, 1) })
    try runJob(on: broker, encoding)
    /// Topic, contract of its values, the member that is the key, and whether keys go.
    let topics: [(String, Contract, key: String, isCompacted: Bool)] = [
      (Self.output.scores, .score, "account", true),
      (Self.output.changes, .score, "account", false),
      (Self.output.alerts, .alert, "account", false),
      (Self.output.rollups, .rollup, "segment", true),
      (Self.output.usage, .usage, "account", true),
    ]
    for (topic, contract, key, isCompacted) in topics {
      let schema = try contract.schema()
      let records = try readAll(topic, of: broker)
      for record in records {
        let form = record.headers["content-type"]
        #expect(record.headers.count == (form == nil ? 0 : 1), "\(topic)")
        #expect((form == nil) == (encoding == .json || record.value == nil), "\(topic)")
        guard var value = record.value else { continue }
        if let form {
          let message = try #require(ProtobufMessage(contentType: form))
          #expect(form.contains("thermocline.v1.\(contract.message)"), "\(topic)")
          value = try message.json(value)
        }
        let json = try #require(FoundationJSON.read(value))
        #expect(schema.problems(in: json) == [], "\(topic): \(record.text)")
        #expect(json[key]?.text == record.keyText, "\(topic)")
      }
      #expect(records.contains { $0.value != nil }, "\(topic)")
      let tombstones = Set(records.filter { $0.value == nil }.map(\.keyText))
      let gone: Set = contract == .rollup ? ["tier=small"] : ["goes"]
      #expect(isCompacted ? tombstones.isSuperset(of: gone) : tombstones.isEmpty, "\(topic)")
      #expect(!tombstones.contains(contract == .rollup ? "portfolio" : "goes-on"), "\(topic)")
    }
    try lettersConform(on: broker)
  }

  private func lettersConform(on broker: EmbeddedBroker) throws {
    let schema = try Contract.deadLetterHeaders.schema()
    let letters = try readAll(Self.output.deadLetters, of: broker)
    #expect(letters.map(\.text).sorted() == ["not json", "nothing", "{}"])
    for letter in letters {
      let headers = letter.headers.mapValues { FoundationJSON.string($0) }
      #expect(schema.problems(in: .object(headers)) == [], "\(headers)")
    }
    #expect(schema.properties == schema.met)
    #expect(letters.contains { $0.headers["trace-0"] == "7" })
  }
}
