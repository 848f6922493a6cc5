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
    scores: "scores", changes: "changes", alerts: "alerts", deadLetters: "letters")

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
    let thread = OwnThread {
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

  @Test("many partitions with little each go through one shard's pool of batches without standing still")
  func manyPartitions() throws {
    let partitions: Int32 = 240
    let messages = (0..<960).map { i in
      let partition = Int32(i) % partitions
      return Message(
        partition, TestEvent(account: "a\(partition)", time: monday.milliseconds + Int64(i)))
    }
    let broker = try broker(partitions: Int(partitions), messages)
    let (snapshot, waits) = try run(broker, messages: messages.count)
    #expect(snapshot.totals.read == 960 && snapshot.totals.applied == 960)
    // A pool all of whose batches stand half filled makes a record wait for every sixteen partitions: 14 times here.
    #expect(waits < 8)
  }

  @Test("a partition that stopped long ago holds up nobody's alerts, nor their positions")
  func standingPartition() throws {
    // Partition 1 ends 20 days before partition 0, whose last account falls silent half way.
    let all = history(accounts: 4, days: 60, seed: 21)
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
}
