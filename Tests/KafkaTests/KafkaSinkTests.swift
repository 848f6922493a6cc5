import Synchronization
import Testing
import ThermoclineCore
import ThermoclineEngine

@testable import ThermoclineKafka

@Suite(.timeLimit(.minutes(5))) struct KafkaSinkTests {
  private static let topics = KafkaSink.Topics(
    scores: "scores", changes: "changes", alerts: "alerts", rollups: "rollups",
    deadLetters: "letters")
  private let broker: EmbeddedBroker
  private let slots = PartitionSlots()
  private let commits = Counter()
  private let progress = [
    PartitionProgress(partition: 0, nextPosition: 5, watermark: EventTime(milliseconds: 0))
  ]

  private final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .relaxed) }
    func add() { count.wrappingAdd(1, ordering: .relaxed) }
  }

  init() throws {
    broker = try EmbeddedBroker(topics: Self.topics.all.map { (name: $0, partitions: 1) })
    _ = slots.number(of: KafkaPartition("input", 0))
  }

  private func sink(_ more: [String: String] = [:]) throws -> KafkaSink {
    var settings = broker.settings
    settings["message.timeout.ms"] = "0"
    for (key, value) in more { settings[key] = value }
    let commits = commits
    return try KafkaSink(settings, topics: Self.topics, slots: slots, waitMilliseconds: 20) {
      _, _ in commits.add()
    }
  }

  private func batch(_ numbers: Range<Int>) -> OutputBatch {
    let batch = OutputBatch()
    for number in numbers {
      batch.add(.scores, key: "a", at: EventTime(milliseconds: 0), bytes: Array("\(number)".utf8))
    }
    return batch
  }

  private func scores() throws -> [String] {
    let reader = try Reader(broker, topics: ["scores"], ["enable.partition.eof": "true"])
    try reader.consumer.begin([KafkaPartition("scores", 0): .beginning])
    try reader.run {
      reader.events.contains { if case .endReached = $0 { true } else { false } }
    }
    return reader.records.map(\.text)
  }

  /// Tries until it succeeds, as the publisher does.
  private func insist(_ body: () throws(OutputSinkError) -> Void) throws(OutputSinkError) {
    while true {
      do throws(OutputSinkError) { return try body() } catch {
        guard error.isPassing else { throw error }
      }
    }
  }

  @Test("brokers that are away are waited for within bounds; positions go out after the outputs")
  func outage() throws {
    let sink = try sink(["queue.buffering.max.messages": "100"])
    try insist { () throws(OutputSinkError) in
      try sink.makeRoom()
      try sink.publish(batch(0..<10))
    }
    try insist { () throws(OutputSinkError) in try sink.commit(progress) }
    #expect(commits.value == 1)
    broker.setDown()
    try sink.publish(batch(10..<160))
    for _ in 0..<50 {
      let error = #expect(throws: OutputSinkError.self) { try sink.commit(progress) }
      #expect(error?.isPassing == true && error?.description.contains("outputs wait") == true)
      #expect(throws: OutputSinkError.self) { try sink.makeRoom() }
    }
    #expect(commits.value == 1)
    broker.setUp()
    try insist { () throws(OutputSinkError) in try sink.makeRoom() }
    try sink.publish(batch(160..<170))
    try insist { () throws(OutputSinkError) in try sink.commit(progress) }
    #expect(commits.value == 2)
    #expect(try scores() == (0..<170).map { "\($0)" }, "in order, none lost")
  }

  @Test("what brokers refuse for good ends it, and so does a record that was given up")
  func refused() throws {
    let sink = try sink()
    // 29 = TOPIC_AUTHORIZATION_FAILED.
    broker.failNext(.produce, with: [.topicNotAuthorized])
    try sink.publish(batch(0..<1))
    let refusal = #expect(throws: OutputSinkError.self) {
      try insist { () throws(OutputSinkError) in try sink.commit(progress) }
    }
    #expect(refusal?.description.contains("uthoriz") == true, "\(String(describing: refusal))")

    let impatient = try self.sink(["message.timeout.ms": "300"])
    broker.setDown()
    try impatient.publish(batch(0..<1))
    let given = #expect(throws: OutputSinkError.self) {
      try insist { () throws(OutputSinkError) in try impatient.commit(progress) }
    }
    #expect(given?.description.contains("could not be delivered") == true)
    #expect(commits.value == 0)
  }
}
