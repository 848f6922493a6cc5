import Logging
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineKafka
import ThermoclineTestKit
import ThermoclineWindows

@testable import Thermocline

/// Input that no one wants, through a broker and the job as it runs: it stays up, every event is accounted for, and
/// nobody waits for ever.
@Suite(.timeLimit(.minutes(10))) struct BadInputTests {
  private static let input = "events"
  private static let outputs = KafkaSink.Topics(
    scores: "scores", changes: "changes", alerts: "alerts", rollups: "rollups",
    deadLetters: "letters")

  /// A message for a partition.
  private struct Message {
    var partition: Int32
    var line: String

    init(_ partition: Int32, _ event: TestEvent) {
      self.partition = partition
      line = event.line
    }
  }

  private func broker(partitions: Int, _ messages: [Message]) throws -> EmbeddedBroker {
    let broker = try EmbeddedBroker(
      topics: ([Self.input] + Self.outputs.all).map { (name: $0, partitions: partitions) })
    try send(messages, to: broker)
    return broker
  }

  private func send(_ messages: [Message], to broker: EmbeddedBroker) throws {
    let producer = try KafkaProducer(broker.settings)
    let topic = try producer.topic(Self.input)
    for message in messages {
      while try producer.produce(
        to: topic, partition: message.partition, key: nil, value: Array(message.line.utf8))
        == .queueFull
      { producer.poll(timeoutMilliseconds: 10) }
    }
    try producer.flush(timeoutMilliseconds: 60_000)
  }

  /// Runs a job until all its input is applied, said and committed, and further until the condition holds.
  private func run(
    _ broker: EmbeddedBroker, messages: Int, shards: Int = 1,
    _ change: (inout StreamingSettings) -> Void = { _ in },
    until isDone: (Pipeline.Snapshot) -> Bool = { _ in true }
  ) throws -> (snapshot: Pipeline.Snapshot, waits: Int) {
    var settings = StreamingSettings(
      kafka: broker.settings, group: "job", inputTopics: [Self.input], outputTopics: Self.outputs)
    // Above the 3 s a first join takes here.
    settings.kafka["session.timeout.ms"] = "4000"
    settings.idleAfter = .zero
    settings.shards = shards
    change(&settings)
    let job = try StreamingJob(
      settings, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let thread = OwnThread("job") {
      do throws(JobFailure) { try job.run() } catch { Issue.record("\(error)") }
    }
    while true {
      let snapshot = job.pipeline.snapshot
      let position = snapshot.progress.reduce(0) { $0 + Int($1.nextPosition) }
      if position >= messages && isDone(snapshot) || snapshot.failure != nil { break }
      pauseBriefly()
    }
    job.stop()
    thread.join()
    return (job.pipeline.snapshot, job.waitsCount)
  }

  @Test(
    "many partitions with little each go through one shard's pool of batches without standing still"
  )
  func manyPartitions() throws {
    let partitions: Int32 = 240
    let messages = (0..<960).map { i in
      let partition = Int32(i) % partitions
      return Message(
        partition, TestEvent(account: "a\(partition)", time: monday.milliseconds + Int64(i)))
    }
    // A shard that gets no core makes the feeder wait too: the fewest waits of some runs are those of the pool.
    var fewest = Int.max
    for _ in 0..<5 where fewest >= 8 {
      let broker = try broker(partitions: Int(partitions), messages)
      let (snapshot, waits) = try run(broker, messages: messages.count)
      #expect(snapshot.totals.read == 960 && snapshot.totals.applied == 960)
      fewest = min(fewest, waits)
    }
    // A pool all of whose batches stand half filled makes a record wait for every sixteen partitions: 14 times here.
    #expect(fewest < 8)
  }

  @Test("a partition that stopped long ago holds up nobody's alerts, nor their positions")
  func standingPartition() throws {
    // Partition 1 ends 20 days before partition 0, whose last account falls silent half way.
    let all = history(accounts: 4, days: 60, seed: 21, values: 1...3)
    let end = monday.milliseconds + 60 * day
    let messages =
      all.map { Message(0, $0) } + [Message(0, TestEvent(account: "acct-0", time: end + day))]
      + all.filter { $0.time < end - 20 * day }.map { event in
        var other = event
        other.account = "other-\(event.account)"
        return Message(1, other)
      }
    let broker = try broker(partitions: 2, messages)
    let (snapshot, _) = try run(broker, messages: messages.count, { $0.idleAfter = .seconds(1) })
    #expect(snapshot.totals.read == messages.count)
    let alerts = try readAll("alerts", of: broker).map(\.keyText)
    #expect(alerts.contains("acct-3"), "its silence came after the other partition's end")
  }

  /// read = applied + late + refused, and a dead letter for each that was not applied.
  private func expectBalance(
    _ counts: EventCounts, read: Int, _ broker: EmbeddedBroker, refused reasons: [String: Int]
  ) throws {
    #expect(counts.read == read)
    #expect(counts.read == counts.applied + counts.late + counts.refused)
    let letters = try readAll("letters", of: broker)
    let found = Dictionary(grouping: letters) { $0.headers["error.reason"] ?? "none" }
      .mapValues(\.count)
    #expect(found == reasons)
  }

  @Test("names of 10 kB are refused, of 256 bytes accepted")
  func longNames() throws {
    let long = String(repeating: "x", count: 10_240)
    let time = monday.milliseconds
    let messages = [
      Message(0, TestEvent(account: long, time: time)),
      Message(0, TestEvent(account: "a", user: long, time: time + 1)),
      Message(0, TestEvent(account: String(long.prefix(257)), time: time + 2)),
      Message(0, TestEvent(account: String(long.prefix(256)), time: time + 3)),
    ]
    let broker = try broker(partitions: 1, messages)
    let (snapshot, _) = try run(broker, messages: 4)
    try expectBalance(snapshot.totals, read: 4, broker, refused: ["name_too_long": 3])
    let letter = try readAll("letters", of: broker)[0]
    #expect(letter.text == messages[0].line, "unchanged")
    #expect(snapshot.progress.map(\.accounts) == [1])
  }

  @Test(
    "a clock that jumps back a day, and one that goes backwards for an hour: late beyond the bound, nothing else"
  )
  func clocksGoBack() throws {
    let start = monday.milliseconds + 2 * day
    var messages = [Message(0, TestEvent(account: "a", time: start))]
    // A day back, all of it: later than the lateness of an hour.
    messages += (0..<50).map { Message(0, TestEvent(account: "b", time: start - day + Int64($0))) }
    // Backwards by a minute each, for 60 + 2 minutes: the bound is a minute, the lateness an hour.
    messages += (1...62).map {
      Message(0, TestEvent(account: "c", time: start - Int64($0) * 60_000))
    }
    messages += (0..<10).map { Message(0, TestEvent(account: "a", time: start + Int64($0))) }
    let broker = try broker(partitions: 1, messages)
    let (snapshot, _) = try run(broker, messages: messages.count)
    // Watermark = start − 1 min; allowed from start − 61 min on.
    try expectBalance(snapshot.totals, read: messages.count, broker, refused: ["late": 51])
    #expect(snapshot.totals.late == 51)
    #expect(snapshot.progress[0].watermark == EventTime(milliseconds: start - 60_000 + 9))
  }

  @Test(
    "one key with half of all events, and 100,000 events of one time: all counted, no account's memory but its own"
  )
  func hotKeyAndOneTime() throws {
    let start = monday.milliseconds
    // One message of many lines is one fetch; 1,000 messages of 100.
    let messages = (0..<1_000).map { i in
      let lines = (0..<100).map { j in
        TestEvent(
          account: j % 2 == 0 ? "hot" : "cold-\(i)", user: "u\(j % 10)", time: start
        ).line
      }
      var message = Message(Int32(i % 2), TestEvent(time: start))
      message.line = lines.joined(separator: "\n")
      return message
    }
    let broker = try broker(partitions: 2, messages)
    let (snapshot, _) = try run(broker, messages: messages.count)
    try expectBalance(snapshot.totals, read: 100_000, broker, refused: [:])
    #expect(snapshot.progress.map(\.accounts) == [501, 501])
    #expect(snapshot.progress.allSatisfy { $0.bytes < 16 << 20 })
    let scores = try readAll("scores", of: broker).filter { $0.keyText == "hot" }
    let last = try #require(scores.last)
    #expect(
      last.text.contains(#""value":25000"#), "all of the partition's are counted: \(last.text)")
  }

  @Test(
    "more new accounts in a minute than there is room for: those that fit go on, the rest are dead letters"
  )
  func manyNewAccounts() throws {
    let start = monday.milliseconds
    func flood(_ name: String, _ count: Int) -> [Message] {
      (0..<(count / 100)).map { i in
        var message = Message(0, TestEvent(time: start))
        message.line = (0..<100).map { j in
          TestEvent(
            account: "\(name)-\(i * 100 + j)",
            time: start + Int64(i * 100 + j) * 60_000 / Int64(count)
          ).line
        }.joined(separator: "\n")
        return message
      }
    }
    let messages = flood("first", 20_000) + [Message(0, TestEvent(account: "first-0", time: start))]
    let broker = try broker(partitions: 1, messages)
    let limit = 4 << 20
    let (snapshot, _) = try run(broker, messages: messages.count) { $0.windows.bytesMax = limit }
    let counts = snapshot.totals
    let refused = counts.refusedBy[.tooManyAccounts] ?? 0
    #expect(refused > 1_000)
    try expectBalance(
      counts, read: 20_001, broker, refused: ["too_many_accounts": refused])
    #expect(
      snapshot.progress[0].accounts == counts.applied - 1, "the known one's event was applied")
    #expect(snapshot.progress[0].bytes < 2 * limit)
  }
}
