import Synchronization
import Testing
import ThermoclineCore
import ThermoclineEngine

@testable import ThermoclineKafka

/// The delivery on librdkafka's own calls. The embedded broker drops the offsets of transactions and shows aborted
/// records: that is not tested here, but in simulation and against a real broker.
@Suite(.timeLimit(.minutes(10))) struct KafkaTransactionalSinkTests {
  private static let topics = KafkaSink.Topics(
    scores: "scores", changes: "changes", alerts: "alerts", rollups: "rollups",
    deadLetters: "letters")

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

  private func withSink(
    _ body: (EmbeddedBroker, Reader, TransactionalSink, Reports) throws -> Void
  ) throws {
    let broker = try EmbeddedBroker(
      topics: [("input", 1)] + Self.topics.all.map { (name: $0, partitions: 1) })
    let reader = try Reader(broker, topics: ["input"])
    let slots = PartitionSlots()
    _ = slots.number(of: KafkaPartition("input", 0))
    var settings = broker.settings
    settings["transactional.id"] = "job"
    settings["transaction.timeout.ms"] = "30000"
    settings["message.timeout.ms"] = "20000"
    let reports = Reports()
    let sink = TransactionalSink(
      KafkaTransactions(
        settings, topics: Self.topics, consumer: reader.consumer, slots: slots,
        partitionsCounts: ["input": 1]),
      session: "s", pause: { _ in },
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

  private func scores(_ broker: EmbeddedBroker) throws -> [String] {
    let reader = try Reader(
      broker, group: "other", topics: ["scores"], ["enable.partition.eof": "true"])
    try reader.consumer.begin([KafkaPartition("scores", 0): .beginning])
    try reader.run {
      reader.events.contains { if case .endReached = $0 { true } else { false } }
    }
    return reader.records.map(\.text)
  }

  @Test("batches and positions go out in one transaction after the other")
  func commits() throws {
    try withSink { broker, _, sink, reports in
      for number in 0..<3 {
        try sink.publish(batch(number))
        try sink.publish(batch(10 + number))
        try sink.commit(progress)
      }
      #expect(try scores(broker) == ["0", "10", "1", "11", "2", "12"])
      #expect(reports.steps.isEmpty)
    }
  }

  @Test("an aborted transaction's outputs come again in the next one, on the same producer")
  func aborts() throws {
    try withSink { broker, _, sink, reports in
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
    try withSink { broker, reader, sink, reports in
      reader.consumer.close()
      try sink.publish(batch(1))
      let error = #expect(throws: OutputSinkError.self) { try sink.commit(progress) }
      #expect(error?.isPassing == true)
      #expect(reports.steps == ["sendOffsets lost"])
    }
  }

  @Test("fencing ends the job and says what to do")
  func fencing() throws {
    try withSink { broker, _, sink, _ in
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
    "a mark says its transaction and the topic's partitions",
    arguments: [
      CommitMark(transaction: "s.1", partitionsCount: 4), CommitMark(partitionsCount: 3),
      CommitMark(transaction: "s.2"), CommitMark(),
    ])
  func marks(mark: CommitMark) {
    #expect(CommitMark(mark.text) == mark)
    #expect(CommitMark("foreign words \(mark.text)") == mark)
  }
}
