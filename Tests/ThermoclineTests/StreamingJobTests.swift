import Foundation
import Logging
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineKafka
import ThermoclineKafkaTestKit
import ThermoclineTestKit
import ThermoclineWindows

@testable import Thermocline

@Suite(.timeLimit(.minutes(5))) struct StreamingJobTests {
  private let input = TestBroker.unique("events")
  private let group = TestBroker.unique("job")
  private let outputs = KafkaSink.Topics.unique()
  private static let windows = WindowSettings(
    outOfOrderness: .minutes(5), allowedLateness: .hours(1))
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func broker(partitions: Int) throws -> TestBroker {
    try TestBroker(
      topics: ([input] + outputs.all).map { (name: $0, partitions: partitions) })
  }

  private func settings(_ kafka: KafkaSettings) -> StreamingSettings {
    var settings = StreamingSettings(
      kafka: kafka, group: group, inputTopics: [input], outputTopics: outputs)
    settings.kafka["session.timeout.ms"] = TestBroker.sessionMilliseconds
    settings.windows = Self.windows
    settings.idleAfter = .zero
    return settings
  }

  private func job(_ broker: TestBroker, shards: Int = 1) throws -> StreamingJob {
    var settings = settings(broker.settings)
    settings.shards = shards
    return try StreamingJob(settings, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  /// Runs a job until the condition holds, stops it and waits for its end.
  private func run(_ job: StreamingJob, until isDone: @escaping (Pipeline.Snapshot) -> Bool) throws
  {
    let thread = OwnThread("job") { [job] in
      do throws(JobFailure) { try job.run() } catch { Issue.record("\(error)") }
    }
    while !isDone(job.pipeline.snapshot), job.pipeline.snapshot.failure == nil { pauseBriefly() }
    job.stop()
    thread.join()
  }

  private func produce(_ path: String, to broker: any BrokerAddress) throws -> ProduceJob.Summary {
    try ProduceJob(source: .archives([path]), kafka: broker.settings, topic: input)
      .run(progress: { _, _, _ in })
  }

  @Test(
    "the topics hold what a replay of the same events writes, and a restart says no alert twice",
    arguments: [1, 2])
  func equalsReplay(shards: Int) throws {
    let events = history(accounts: 5, days: 40, seed: 11, values: 1...3)
    let half = events.count / 2
    let first = try folder.file("first.ndjson", lines: events[..<half].map(\.line))
    let second = try folder.file("second.ndjson", lines: events[half...].map(\.line))
    var replay = ReplayJob(
      inputs: [first, second], output: folder.path + "/out", settings: Self.windows)
    replay.changeMin = Points(0.5)
    _ = try replay.run { _, _, _ in }
    let broker = try broker(partitions: 3)

    let sent = try produce(first, to: broker)
    #expect(sent.messages == half)
    try run(try job(broker, shards: shards)) {
      $0.totals.read == half && $0.progress.count == 3
        && $0.progress.allSatisfy { $0.watermark >= sent.until! }
    }
    let alertsBefore = try readAll(outputs.alerts, of: broker)
    let rest = try produce(second, to: broker)
    try run(try job(broker, shards: shards)) {
      $0.totals.read >= events.count - half && $0.progress.count == 3
        && $0.progress.allSatisfy { $0.watermark >= rest.until! }
    }
    var scores: [String: String] = [:]
    for record in try readAll(outputs.scores, of: broker) {
      scores[record.keyText] = record.value == nil ? nil : record.text
    }
    let expected = try folder.lines("out/scores.ndjson")
    #expect(scores.sorted { $0.key < $1.key }.map(\.value) == expected)
    let alerts = try readAll(outputs.alerts, of: broker).map(\.text)
    #expect(Set(alerts).count == alerts.count, "no alert is published twice")
    #expect(!alerts.isEmpty && alertsBefore.count < alerts.count)
    let replayed = try folder.lines("out/alerts.ndjson").sorted()
    #expect(alerts.sorted() == replayed)
  }

  @Test("in transactions the topics hold the same, and no record twice")
  func inTransactions() throws {
    let events = history(accounts: 3, days: 12, seed: 14, values: 1...3)
    let file = try folder.file("all.ndjson", lines: events.map(\.line))
    var replay = ReplayJob(
      inputs: [file], output: folder.path + "/out", settings: Self.windows)
    replay.changeMin = Points(0.5)
    _ = try replay.run { _, _, _ in }
    let broker = try broker(partitions: 2)
    let sent = try produce(file, to: broker)
    var settings = settings(broker.settings)
    settings.guarantee = .exactlyOnce
    settings.instance = "one"
    if !TestBroker.hasTransactions {
      #expect(throws: JobFailure.self) { try StreamingJob.check(settings) }
      settings.isRehearsal = true
    }
    let job = try StreamingJob(
      settings, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try run(job) {
      $0.totals.read == events.count && $0.progress.count == 2
        && $0.progress.allSatisfy { $0.watermark >= sent.until! }
    }
    let alerts = try readAll(outputs.alerts, of: broker).map(\.text)
    #expect(try alerts.sorted() == folder.lines("out/alerts.ndjson").sorted())
    var scores: [String: String] = [:]
    for record in try readAll(outputs.scores, of: broker) {
      scores[record.keyText] = record.value == nil ? nil : record.text
    }
    #expect(
      try scores.sorted { $0.key < $1.key }.map(\.value) == folder.lines("out/scores.ndjson"))
  }

  @Test(
    "a job whose brokers are away for longer than its session and its records' time goes on by itself",
    arguments: [DeliveryGuarantee.atLeastOnce, .exactlyOnce])
  func outage(guarantee: DeliveryGuarantee) throws {
    let events = history(accounts: 5, days: 30, seed: 17)
    let third = events.count / 3
    let parts = [events[..<third], events[third..<(2 * third)], events[(2 * third)...]]
    let files = try parts.enumerated().map {
      try folder.file("\($0.offset).ndjson", lines: $0.element.map(\.line))
    }
    var replay = ReplayJob(inputs: files, output: folder.path + "/out", settings: Self.windows)
    replay.changeMin = Points(0.5)
    _ = try replay.run { _, _, _ in }
    // Only this one can be taken away.
    let broker = try EmbeddedBroker()
    for topic in [input] + outputs.all { try broker.createTopic(topic, partitions: 2) }
    var settings = settings(broker.settings)
    settings.guarantee = guarantee
    settings.isRehearsal = true
    if guarantee == .exactlyOnce {
      settings.kafka["message.timeout.ms"] = "1000"
      settings.kafka["transaction.timeout.ms"] = "2000"
    }
    let lines = LogLines()
    let job = try StreamingJob(settings, log: Logger(label: "test") { _ in lines })
    let thread = OwnThread("job") { [job] in
      do throws(JobFailure) { try job.run() } catch { Issue.record("\(error)") }
    }
    func wait(_ isDone: () -> Bool) {
      while !isDone(), job.pipeline.snapshot.failure == nil { pauseBriefly() }
    }
    _ = try produce(files[0], to: broker)
    wait { job.pipeline.snapshot.totals.read == third }
    _ = try produce(files[1], to: broker)
    wait { job.pipeline.snapshot.totals.read > third }
    broker.setDown()
    wait { job.feederSnapshot.lostCount > 0 }
    broker.setUp()
    let sent = try produce(files[2], to: broker)
    wait {
      let snapshot = job.pipeline.snapshot
      return job.feederSnapshot.assignedCount > 1 && snapshot.progress.count == 2
        && snapshot.progress.allSatisfy { $0.watermark >= sent.until! } && snapshot.waiting == nil
    }
    job.stop()
    thread.join()
    var scores: [String: String] = [:]
    for record in try readAll(outputs.scores, of: broker) {
      scores[record.keyText] = record.value == nil ? nil : record.text
    }
    let expected = try folder.lines("out/scores.ndjson")
    #expect(scores.sorted { $0.key < $1.key }.map(\.value) == expected)
    // Some twice: with the first guarantee by its nature, with the second since this broker forgets positions.
    let alerts = Set(try readAll(outputs.alerts, of: broker).map(\.text))
    #expect(try alerts.sorted() == folder.lines("out/alerts.ndjson").sorted())
    let said = lines.all.filter { !$0.hasPrefix("librdkafka ") }
    #expect(said.count < 30, "\(said)")
  }

  @Test("an input topic with another number of partitions than at the last commit is refused")
  func otherPartitions() throws {
    let place = KafkaPartition(input, 0)
    try StreamingJob.checkPartitions([input: 4], [place: CommitMark(partitionsCount: 4)])
    try StreamingJob.checkPartitions([input: 4], [place: CommitMark("of somebody else")])
    let failure = #expect(throws: JobFailure.self) {
      try StreamingJob.checkPartitions([input: 8], [place: CommitMark(partitionsCount: 4)])
    }
    #expect(failure?.message.contains("has 8 partitions, and had 4") == true)
  }

  @Test(
    "marks of transactions at the end of the input are no records that wait",
    .enabled(if: TestBroker.hasTransactions, "\(TestBroker.missing)"))
  func transactionalInput() throws {
    let broker = try broker(partitions: 1)
    var kafka = broker.settings
    kafka["transactional.id"] = TestBroker.unique("source")
    let producer = try KafkaProducer(kafka)
    try producer.initTransactions(timeoutMilliseconds: 30_000)
    for _ in 0..<3 {
      try producer.beginTransaction()
      let line = TestEvent(account: "a", time: monday.milliseconds).line
      _ = try producer.produce(
        to: producer.topic(input), partition: 0, key: nil, value: Array(line.utf8))
      try producer.commitTransaction(timeoutMilliseconds: 30_000)
    }
    let job = try job(broker)
    try run(job) { $0.totals.read == 3 && job.feederSnapshot.at > 0 && job.lag == 0 }
    #expect(job.feederSnapshot.partitions.map(\.position) == [6])
  }

  @Test("each commit says how many partitions the topic had")
  func marks() throws {
    let broker = try broker(partitions: 2)
    let events = history(accounts: 2, days: 1, seed: 15, values: 1...3)
    let sent = try produce(try folder.file("a.ndjson", lines: events.map(\.line)), to: broker)
    let job = try job(broker)
    try run(job) { $0.totals.read == sent.messages }
    var kafka = broker.settings
    kafka["group.id"] = group
    let consumer = try KafkaConsumer(kafka, topics: [])
    let marks = try consumer.committedMarks(
      (0..<2).map { KafkaPartition(input, $0) }, timeoutMilliseconds: 10_000)
    #expect(!marks.isEmpty && marks.values.allSatisfy { $0.partitionsCount == 2 })
  }

  @Test(
    "a restart rebuilds in silence: what it says is about new input, and never older than what was said"
  )
  func rebuildsInSilence() throws {
    let broker = try broker(partitions: 2)
    let events = history(accounts: 4, days: 20, seed: 12, values: 1...3)
    let sent = try produce(try folder.file("a.ndjson", lines: events.map(\.line)), to: broker)
    try run(try job(broker)) {
      $0.totals.read == events.count && $0.progress.count == 2
        && $0.progress.allSatisfy { $0.watermark >= sent.until! }
    }
    let topics = [outputs.scores, outputs.changes, outputs.alerts]
    let before = try topics.map { try readAll($0, of: broker) }
    let next = TestEvent(account: "acct-0", time: events.last!.time + 1)
    _ = try produce(try folder.file("b.ndjson", lines: [next.line]), to: broker)
    let again = try job(broker)
    try run(again) { $0.totals.read == 1 }
    #expect(again.pipeline.snapshot.totals.read == 1, "what was read before is not counted again")
    let after = try topics.map { try readAll($0, of: broker) }
    for (name, (old, all)) in zip(topics, zip(before, after)) {
      var last: [String: String] = [:]
      for record in old { last[record.keyText] = try at(record) }
      let new = all.filter { !old.contains($0) }
      for record in new {
        #expect(try at(record) >= last[record.keyText] ?? "", "\(name)")
      }
      #expect(new.count <= 3, "\(name) of the new event's account only: \(new.map(\.text))")
    }
  }

  @Test("profiles of a topic are there before the first event; a change shows in the next score")
  func profileTopic() throws {
    let broker = try broker(partitions: 1)
    let accounts = TestBroker.unique("accounts")
    try broker.createTopic(accounts, partitions: 1)
    try write([("acct-0", #"{"tier":"gold"}"#)], to: accounts, of: broker)
    var settings = settings(broker.settings)
    settings.profilesTopic = accounts
    let job = try StreamingJob(
      settings, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let events = history(accounts: 1, days: 6, seed: 3, values: 1...3)
    let half = events.count / 2
    let sent = try produce(
      try folder.file("a.ndjson", lines: events[..<half].map(\.line)), to: broker)
    let thread = OwnThread("job") { [job] in
      do throws(JobFailure) { try job.run() } catch { Issue.record("\(error)") }
    }
    func wait(_ isDone: () -> Bool) { while !isDone() { pauseBriefly() } }
    wait { job.pipeline.snapshot.progress.contains { $0.watermark >= sent.until! } }
    try write([("acct-0", #"{"tier":"silver"}"#)], to: accounts, of: broker)
    wait { job.profileCounts?.set == 2 }
    let rest = try produce(
      try folder.file("b.ndjson", lines: events[half...].map(\.line)), to: broker)
    wait { job.pipeline.snapshot.progress.contains { $0.watermark >= rest.until! } }
    job.stop()
    thread.join()
    let tiers = try readAll(outputs.scores, of: broker).map { record in
      let object = try JSONSerialization.jsonObject(with: Data(record.value ?? []))
      return (object as? [String: Any])?["tier"] as? String
    }
    #expect(Set(tiers) == ["gold", "silver"], "never without a profile")
    #expect(tiers.first == "gold" && tiers.last == "silver")
  }

  /// The time of an output, which sorts as text.
  private func at(_ record: TopicRecord) throws -> String {
    let value = try JSONSerialization.jsonObject(with: Data(record.value ?? []))
    return try #require((value as? [String: Any])?["at"] as? String)
  }

  @Test("a dead letter keeps key and payload and says why and whence")
  func deadLetters() throws {
    let broker = try broker(partitions: 1)
    let producer = try KafkaProducer(broker.settings)
    let topic = try producer.topic(input)
    let old = TestEvent(account: "b", time: monday.milliseconds).line
    let messages: [(key: String?, value: [UInt8]?, header: KafkaHeader?)] = [
      // A heartbeat from before all time, ahead of any event: time is not counted up from there.
      (nil, nil, KafkaHeader("thermocline-watermark", Array("\(Int64.min)".utf8))),
      ("a", Array(TestEvent(account: "a", time: monday.milliseconds + day).line.utf8), nil),
      ("k1", Array("not json".utf8), nil),
      (nil, [0xFF, 0xFE, 0x00], nil),
      ("b", Array(old.utf8), nil),
      ("k2", [], nil),
      // A heartbeat of a clock that is wrong expires nothing.
      (nil, nil, KafkaHeader("thermocline-watermark", Array("\(Int64.max)".utf8))),
      (nil, nil, KafkaHeader("thermocline-watermark", Array("soon".utf8))),
      ("a", Array(TestEvent(account: "a", time: monday.milliseconds + day + 1).line.utf8), nil),
    ]
    for message in messages {
      let result = try producer.produce(
        to: topic, partition: 0, key: message.key.map { Array($0.utf8) }, value: message.value,
        headers: message.header.map { [$0] } ?? [])
      #expect(result == .queued)
    }
    try producer.flush(timeoutMilliseconds: 10_000)
    let job = try job(broker)
    try run(job) { $0.totals.read == 9 }
    let counts = job.pipeline.snapshot.totals
    #expect(counts.applied == 2 && counts.late == 1 && counts.refused == 6)
    let letters = try readAll(outputs.deadLetters, of: broker).sorted {
      Int($0.headers["source.offset"]!)! < Int($1.headers["source.offset"]!)!
    }
    #expect(
      letters.map { $0.headers["error.reason"] }
        == [
          "time_out_of_range", "not_json", "invalid_utf8", "late", "empty_message",
          "time_in_future", "invalid_time",
        ])
    #expect(
      letters.map { $0.headers["source.offset"] } == ["0", "2", "3", "4", "5", "6", "7"])
    #expect(
      letters[1...4].map(\.key) == [Array("k1".utf8), nil, Array("b".utf8), Array("k2".utf8)])
    #expect(letters[1...4].map(\.value) == messages[2...5].map(\.value))
    for letter in letters {
      #expect(letter.headers["source.topic"] == input)
      #expect(letter.headers["source.partition"] == "0")
      #expect(letter.headers["error.detail"]?.isEmpty == false)
    }
  }

  @Test("a missing topic and a broker that is not there are said before the start")
  func failures() throws {
    let broker = try EmbeddedBroker(topics: [(input, 1)])
    let missing = failure(broker.settings)
    #expect(missing?.status == .unavailable)
    #expect(missing?.message.contains("`\(outputs.scores)`") == true)
    let absent = failure(KafkaSettings(bootstrapServers: "127.0.0.1:1"))
    #expect(absent?.status == .unavailable)
    #expect(absent?.message.contains("127.0.0.1:1") == true)
  }

  private func failure(_ kafka: KafkaSettings) -> JobFailure? {
    do throws(JobFailure) {
      _ = try StreamingJob(
        settings(kafka), log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      return nil
    } catch { return error }
  }
}
