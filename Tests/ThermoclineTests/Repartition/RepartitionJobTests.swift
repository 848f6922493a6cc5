import Foundation
import Synchronization
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineKafka
import ThermoclineKafkaTestKit
import ThermoclineTestKit

@testable import Thermocline

@Suite(.timeLimit(.minutes(5))) struct RepartitionJobTests {
  private let source = TestBroker.unique("clicks")
  private let target = TestBroker.unique("events")
  private let letters = TestBroker.unique("letters")

  private func broker(from sources: Int = 3, to targets: Int = 4) throws -> TestBroker {
    try TestBroker(
      topics: [
        (name: source, partitions: sources), (name: target, partitions: targets),
        (name: letters, partitions: 1),
      ])
  }

  private func job(_ broker: TestBroker) -> RepartitionJob {
    var job = RepartitionJob(
      from: source, to: target, deadLetters: letters, kafka: broker.settings)
    job.isRehearsal = !TestBroker.hasTransactions
    return job
  }

  /// Sends events to the source's partitions by their users, which are no accounts.
  private func send(_ events: some Sequence<TestEvent>, _ broker: TestBroker) throws {
    let producer = try KafkaProducer(broker.settings)
    let topic = try producer.topic(source)
    for event in events {
      let result = try producer.produce(
        to: topic, key: Array(event.user.utf8), value: Array(event.line.utf8),
        headers: [KafkaHeader("trace", Array("t\(event.time)".utf8))],
        timestampMilliseconds: event.time)
      #expect(result == .queued)
    }
    try producer.flush(timeoutMilliseconds: 30_000)
  }

  /// With little room partitions are paused all the time.
  @Test(
    "every event is in the target once, under its account, as it was, and in order of time",
    arguments: [256 << 20, 20_000])
  func copies(waitingBytesMax: Int) throws {
    let broker = try broker()
    let events = history(accounts: 7, days: 20, seed: 5)
    try send(events, broker)
    var job = job(broker)
    job.waitingBytesMax = waitingBytesMax
    let summary = try job.run()
    #expect(summary.read == events.count && summary.written == events.count)
    #expect(summary.isWhole && summary.refused.isEmpty && summary.empty == 0)
    let copied = try readAll(target, of: broker)
    #expect(copied.map(\.text).sorted() == events.map(\.line).sorted())
    var homes: [String: Set<Int32>] = [:]
    for record in copied {
      #expect(record.text.contains("\"account\":\"\(record.keyText)\""))
      homes[record.keyText, default: []].insert(record.partition)
    }
    #expect(homes.count == 7 && homes.values.allSatisfy { $0.count == 1 })
    #expect(Set(homes.values).count > 1, "they are spread")
    // The source had each user's events in order; the merge has each account's in order, too.
    for partition in 0..<Int32(4) {
      let times = copied.filter { $0.partition == partition }.map { $0.headers["trace"] ?? "" }
      #expect(times == times.sorted())
    }
  }

  @Test("what is refused goes to the dead letters, a batch is taken apart, promises hold for all")
  func oddMessages() throws {
    let broker = try broker(from: 2, to: 2)
    func line(_ account: String, _ time: Int64) -> String {
      TestEvent(account: account, time: time).line
    }
    let first = monday.milliseconds
    try write(
      [
        ("u", line("a", first)), ("u", "junk"), ("u", nil),
        ("u", "[\(line("b", first + 1)),\(line("c", first + 2)),{\"type\":\"x\"}]"),
      ], to: source, partition: 0, of: broker)
    let promise = { (time: Int64) in
      [KafkaHeader("thermocline-watermark", Array("\(time)".utf8))]
    }
    try write([(nil, nil)], to: source, partition: 0, headers: promise(first + 50), of: broker)
    var summary = try job(broker).run()
    #expect(summary.written == 3 && summary.empty == 2)
    #expect(summary.refused.values.reduce(0, +) == 2 && summary.refused["not_json"] == 1)
    #expect(try !readAll(target, of: broker).contains { $0.value == nil }, "one has not promised")
    try write([(nil, nil)], to: source, partition: 1, headers: promise(first + 20), of: broker)
    // The embedded broker forgets positions: all is copied again, and the promise is the lesser one of both.
    summary = try job(broker).run()
    let copied = try readAll(target, of: broker)
    if TestBroker.hasTransactions {
      #expect(summary.read == 1)
      #expect(copied.count { $0.value != nil } == 3)
    } else {
      let promises = copied.filter { $0.value == nil }
      #expect(
        promises.map { $0.headers["thermocline-watermark"] }
          == ["\(first + 20)", "\(first + 20)"])
    }
    #expect(Set(copied.filter { $0.value != nil }.map(\.keyText)) == ["a", "b", "c"])
    let refused = try readAll(letters, of: broker)
    #expect(refused.contains { $0.text == "junk" && $0.headers["source.offset"] == "1" })
    #expect(refused.allSatisfy { $0.headers["source.topic"] == source })
  }

  @Test("the source itself, and a broker without transactions, are refused")
  func refusals() throws {
    let broker = try EmbeddedBroker(topics: [(source, 1), (target, 1), (letters, 1)])
    var job = RepartitionJob(
      from: source, to: source, deadLetters: letters, kafka: broker.settings)
    #expect(throws: JobFailure.self) { try job.run() }
    job.target = target
    let failure = #expect(throws: JobFailure.self) { try job.run() }
    #expect(failure?.message.contains("transactions") == true)
  }

  @Test(
    "a target that has more partitions than at the beginning is refused",
    .enabled(if: TestBroker.hasTransactions, "\(TestBroker.missing)"))
  func otherTarget() throws {
    let broker = try broker()
    try send(history(accounts: 2, days: 2, seed: 1), broker)
    _ = try job(broker).run()
    let wider = TestBroker.unique("wider")
    try broker.createTopic(wider, partitions: 5)
    var other = job(broker)
    other.target = wider
    let failure = #expect(throws: JobFailure.self) { try other.run() }
    #expect(failure?.message.contains("had 4 when the copy began") == true)
  }

  @Test(
    "killed again and again, the copy goes on, and every event is there once and in order",
    .enabled(if: TestBroker.hasTransactions, "\(TestBroker.missing)"),
    .enabled(if: Executable.path != nil, "the executable is not built: skipped"))
  func killed() throws {
    let broker = try broker()
    let events = history(accounts: 9, days: 150, seed: 6, perDay: 40)
    try send(events, broker)
    var random = SeededGenerator(seed: 6)
    let arguments = [
      "repartition", "--brokers", try #require(TestBroker.named), "--from", source, "--to", target,
    ]
    let environment = ["THERMOCLINE_OUTPUT_DEAD_LETTERS": letters]
    var kills = 0
    while kills < 8 {
      let process = try Executable.start(arguments, environment: environment)
      usleep(UInt32.random(in: 100_000..<700_000, using: &random))
      guard process.isRunning else { break }
      process.signal(SIGKILL)
      _ = process.wait()
      kills += 1
    }
    let last = try Executable.start(arguments, environment: environment).wait()
    #expect(last.status == 0 && kills > 0, "\(last.standardError)")
    let copied = try readAll(target, of: broker)
    #expect(copied.count == events.count)
    #expect(copied.map(\.text).sorted() == events.map(\.line).sorted())
    for partition in 0..<Int32(4) {
      let times = copied.filter { $0.partition == partition }.map { $0.headers["trace"] ?? "" }
      #expect(times == times.sorted())
    }
  }

  @Test(
    "a second process of the name ends the first",
    .enabled(if: TestBroker.hasTransactions, "\(TestBroker.missing)"))
  func fenced() throws {
    let broker = try broker()
    try send(history(accounts: 2, days: 3, seed: 1), broker)
    var first = job(broker)
    first.follows = true
    let failure = Mutex<JobFailure?>(nil)
    let thread = OwnThread("copy") { [first] in
      do throws(JobFailure) { _ = try first.run() } catch { failure.withLock { $0 = error } }
    }
    while try readAll(target, of: broker).isEmpty { usleep(50_000) }
    let second = try job(broker).run()
    #expect(second.read == 0 && second.isWhole)
    try send([TestEvent(account: "z", time: monday.milliseconds + 9 * day)], broker)
    thread.join()
    #expect(failure.withLock { $0?.status } == .unavailable)
    _ = try job(broker).run()
    #expect(try readAll(target, of: broker).count { $0.keyText == "z" } == 1)
  }
}
