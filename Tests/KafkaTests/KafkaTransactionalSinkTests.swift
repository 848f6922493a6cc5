import Synchronization
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineKafkaTestKit

@testable import ThermoclineKafka

/// The delivery on librdkafka's own calls. The embedded broker drops the offsets of transactions and shows aborted
/// records: what follows from that is tested where other brokers are named.
@Suite(.timeLimit(.minutes(10))) struct KafkaTransactionalSinkTests {
  private let input = TestBroker.unique("input")
  private let id = TestBroker.unique("job")
  private let topics = KafkaSink.Topics(
    scores: TestBroker.unique("scores"), changes: TestBroker.unique("changes"),
    alerts: TestBroker.unique("alerts"), rollups: TestBroker.unique("rollups"),
    deadLetters: TestBroker.unique("letters"))

  private final class Reports: Sendable {
    let failed = Mutex<[String]>([])
    var steps: [String] { failed.withLock { $0 } }
  }

  private func batch(_ number: Int) -> OutputBatch {
    let batch = OutputBatch()
    batch.add(
      .scores, key: "a", at: EventTime(milliseconds: 0), bytes: Array("\(number)".utf8))
    return batch
  }

  private var allTopics: [(name: String, partitions: Int)] {
    ([input] + topics.all).map { (name: $0, partitions: 1) }
  }

  private func port(_ broker: any BrokerAddress, _ reader: Reader) -> KafkaTransactions {
    let slots = PartitionSlots()
    _ = slots.number(of: KafkaPartition(input, 0))
    var settings = broker.settings
    settings["transactional.id"] = id
    settings["transaction.timeout.ms"] = "30000"
    settings["message.timeout.ms"] = "20000"
    return KafkaTransactions(
      settings, topics: topics, consumer: reader.consumer, slots: slots,
      partitionsCounts: [input: 1])
  }

  private func withSink<Broker: BrokerAddress>(
    _ broker: Broker, _ body: (Broker, Reader, TransactionalSink, Reports) throws -> Void
  ) throws {
    let reader = try Reader(broker, topics: [input])
    let reports = Reports()
    let sink = TransactionalSink(
      port(broker, reader), session: "s", pause: { _ in },
      report: { report in
        if case .failed(let step, let fault) = report {
          reports.failed.withLock { $0.append("\(step) \(fault.kind)") }
        }
      })
    try sink.start()
    try reader.consumer.subscribe()
    try reader.run { !reader.owned.isEmpty }
    try body(broker, reader, sink, reports)
    reader.consumer.close()
  }

  private let progress = [
    PartitionProgress(partition: 0, nextPosition: 5, watermark: EventTime(milliseconds: 0))
  ]

  private func scores(_ broker: any BrokerAddress) throws -> [String] {
    let reader = try Reader(
      broker, topics: [topics.scores],
      ["enable.partition.eof": "true", "isolation.level": "read_committed"])
    try reader.consumer.begin([KafkaPartition(topics.scores, 0): .beginning])
    try reader.run {
      reader.events.contains { if case .endReached = $0 { true } else { false } }
    }
    return reader.records.map(\.text)
  }

  @Test("batches and positions go out in one transaction after the other")
  func commits() throws {
    try withSink(try TestBroker(topics: allTopics)) { broker, reader, sink, reports in
      for number in 0..<3 {
        try sink.publish(batch(number))
        try sink.publish(batch(10 + number))
        try sink.commit(progress)
      }
      #expect(try scores(broker) == ["0", "10", "1", "11", "2", "12"])
      #expect(reports.steps.isEmpty)
      guard TestBroker.hasTransactions else { return }
      let (positions, marks) = try reader.consumer.committedPlaces(
        [KafkaPartition(input, 0)], timeoutMilliseconds: 10_000)
      #expect(positions.map(\.offset) == [5])
      #expect(marks.values.map(\.partitionsCount) == [1])
    }
  }

  @Test(
    "the group's position tells whether a transaction was committed",
    .enabled(if: TestBroker.hasTransactions, "\(TestBroker.missing)"))
  func committedOrNot() throws {
    let broker = try TestBroker(topics: allTopics)
    let reader = try Reader(broker, topics: [input])
    try reader.consumer.subscribe()
    try reader.run { !reader.owned.isEmpty }
    let port = port(broker, reader)
    try port.open()
    for (mark, isCommitted) in [("m.1", true), ("m.2", false), ("m.3", true)] {
      try port.begin()
      try port.produce(batch(1))
      try port.flush()
      try port.sendOffsets(progress, mark: mark)
      if isCommitted { try port.commit() } else { try port.abort() }
      #expect(try port.isCommitted(mark, progress) == isCommitted)
    }
    // What nobody ended is ended by the next producer of the id, and not committed.
    try port.begin()
    try port.produce(batch(2))
    try port.flush()
    try port.sendOffsets(progress, mark: "m.4")
    let next = self.port(broker, reader)
    try next.open()
    #expect(try !next.isCommitted("m.4", progress))
    #expect(try scores(broker) == ["1", "1"])
  }

  @Test(
    "the second process with an id ends the first, which says what to do",
    .enabled(if: TestBroker.hasTransactions, "\(TestBroker.missing)"))
  func fencedByAnother() throws {
    try withSink(try TestBroker(topics: allTopics)) { broker, reader, sink, _ in
      try sink.publish(batch(1))
      try port(broker, reader).open()
      let error = #expect(throws: OutputSinkError.self) { try sink.commit(progress) }
      #expect(error?.isPassing == false && error?.description.contains("kafka.instance") == true)
      #expect(try scores(broker).isEmpty)
    }
  }

  @Test("an aborted transaction's outputs come again in the next one, on the same producer")
  func aborts() throws {
    try withSink(try EmbeddedBroker(topics: allTopics)) { broker, _, sink, reports in
      // Records of what this broker aborts stay visible, so nothing is sent before the failure.
      broker.failNext(.addPartitionsToTransaction, with: [KafkaErrorCode(rawValue: 87)])
      try sink.publish(batch(1))
      try sink.commit(progress)
      #expect(reports.steps.count == 1 && reports.steps[0].hasSuffix("abortable"))
      #expect(try scores(broker) == ["1"])
    }
  }

  @Test("who is no member of the group commits nothing and keeps everything")
  func noMember() throws {
    try withSink(try EmbeddedBroker(topics: allTopics)) { broker, reader, sink, reports in
      reader.consumer.close()
      try sink.publish(batch(1))
      let error = #expect(throws: OutputSinkError.self) { try sink.commit(progress) }
      #expect(error?.isPassing == true)
      #expect(reports.steps == ["sendOffsets lost"])
    }
  }

  @Test("fencing ends the job and says what to do")
  func fencing() throws {
    try withSink(try EmbeddedBroker(topics: allTopics)) { broker, _, sink, _ in
      try sink.publish(batch(1))
      broker.failNext(.endTransaction, with: [.producerFenced])
      let error = #expect(throws: OutputSinkError.self) { try sink.commit(progress) }
      #expect(error?.isPassing == false && error?.description.contains("kafka.instance") == true)
    }
  }

  @Test(
    "an error says what follows from it",
    arguments: [
      (KafkaError(.timedOut, "", isRetriable: true), DeliveryFault.Kind.indefinite),
      (KafkaError(.timedOut, "", txnRequiresAbort: true), .indefinite),
      (KafkaError(.illegalGeneration, "", txnRequiresAbort: true), .lost),
      (KafkaError(.unknownMember, "", txnRequiresAbort: true), .lost),
      (KafkaError(.fencedInstance, "", txnRequiresAbort: true), .fenced),
      (KafkaError(.fenced, "", isFatal: true), .fenced),
      (KafkaError(KafkaErrorCode(rawValue: 45), "", txnRequiresAbort: true), .abortable),
      (KafkaError(KafkaErrorCode(rawValue: 45), "", isFatal: true), .indefinite),
      (KafkaError(.transactionalIDNotAuthorized, "", isFatal: true), .refused),
      (KafkaError(.unsupportedFeature, ""), .refused),
      (KafkaError(.rebalanceInProgress, "", isRetriable: true), .retriable),
      (KafkaError(.state, ""), .indefinite),
    ])
  func kinds(error: KafkaError, kind: DeliveryFault.Kind) {
    #expect(DeliveryFault(error).kind == kind)
  }

  @Test("the member is read out of librdkafka's metadata; without one there is none")
  func member() {
    // As librdkafka 2.0.2 writes group "grp", generation 7, member "mem", instance "inst".
    let bytes: [UInt8] =
      Array("CGMDv2:".utf8) + [7, 0, 0, 0] + Array("grp\0mem\0\0inst\0".utf8)
    let member = KafkaGroupMetadata.member(of: bytes)
    #expect(member?.generation == 7 && member?.id == "mem")
    let nobody: [UInt8] =
      Array("CGMDv2:".utf8) + [0xFF, 0xFF, 0xFF, 0xFF] + Array("grp\0\0\u{1}".utf8)
    #expect(KafkaGroupMetadata.member(of: nobody) == nil)
    #expect(KafkaGroupMetadata.member(of: Array("CGMDv3:".utf8)) == nil)
  }

  @Test(
    "a mark says its transaction, the topic's partitions, and how far time has come",
    arguments: [
      CommitMark(transaction: "s.1", partitionsCount: 4), CommitMark(partitionsCount: 3),
      CommitMark(transaction: "s.2"), CommitMark(),
      CommitMark(
        clock: EventTime(milliseconds: 7),
        said: SaidTimes(ticks: EventTime(milliseconds: 9), days: .distantPast)),
    ])
  func marks(mark: CommitMark) {
    #expect(CommitMark(mark.text) == mark)
    #expect(CommitMark("foreign words \(mark.text)") == mark)
  }
}
