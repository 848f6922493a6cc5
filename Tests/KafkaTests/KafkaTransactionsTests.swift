import Testing
import ThermoclineKafka

@Suite(.timeLimit(.minutes(10))) struct KafkaTransactionsTests {
  private func producer(_ broker: EmbeddedBroker) throws -> KafkaProducer {
    var settings = broker.settings
    settings["transactional.id"] = "job"
    let producer = try KafkaProducer(settings)
    try producer.initTransactions(timeoutMilliseconds: 10_000)
    return producer
  }

  @Test func outputsAndOffsetsCommitTogether() throws {
    let broker = try EmbeddedBroker(topics: [("input", 1), ("output", 1)])
    let reader = try Reader(broker, topics: ["output"])
    let producer = try producer(broker)
    let topic = try producer.topic("output")
    for number in 0..<3 as Range<UInt8> {
      try producer.beginTransaction()
      _ = try producer.produce(to: topic, partition: 0, key: nil, value: [number])
      let position = KafkaPosition(KafkaPartition("input", 0), offset: Int64(number) + 1)
      try producer.sendOffsets(
        [position], of: reader.consumer.groupMetadata(), timeoutMilliseconds: 10_000)
      try producer.commitTransaction(timeoutMilliseconds: 10_000)
    }
    try reader.consumer.begin([KafkaPartition("output", 0): .beginning])
    try reader.run { reader.records.count == 3 }
    #expect(reader.records.map(\.payload) == [[0], [1], [2]])
    #expect(producer.deliveries.deliveredCount == 3)
  }

  @Test func anErrorSaysWhatFollows() throws {
    let broker = try EmbeddedBroker(topics: [("output", 1)])
    let producer = try producer(broker)
    let topic = try producer.topic("output")
    let early = #expect(throws: KafkaError.self) {
      try producer.commitTransaction(timeoutMilliseconds: 1_000)
    }
    #expect(early?.code == .state && early?.isFatal == false)

    try producer.beginTransaction()
    broker.failNext(.addPartitionsToTransaction, with: [.topicNotAuthorized])
    _ = try producer.produce(to: topic, partition: 0, key: nil, value: [1])
    let abortable = #expect(throws: KafkaError.self) {
      try producer.commitTransaction(timeoutMilliseconds: 10_000)
    }
    #expect(abortable?.txnRequiresAbort == true && abortable?.isFatal == false)
    try producer.abortTransaction(timeoutMilliseconds: 10_000)

    try producer.beginTransaction()
    _ = try producer.produce(to: topic, partition: 0, key: nil, value: [2])
    try producer.commitTransaction(timeoutMilliseconds: 10_000)

    try producer.beginTransaction()
    _ = try producer.produce(to: topic, partition: 0, key: nil, value: [3])
    try producer.flush(timeoutMilliseconds: 10_000)
    broker.failNext(.endTransaction, with: [KafkaErrorCode(rawValue: 90)])
    let fenced = #expect(throws: KafkaError.self) {
      try producer.commitTransaction(timeoutMilliseconds: 10_000)
    }
    #expect(fenced?.isFatal == true && fenced?.txnRequiresAbort == false)
    #expect(fenced?.code == .fenced)
    producer.poll(timeoutMilliseconds: 0)
    let isTold = producer.takeEvents().contains {
      if case .failed(let error) = $0 { error.isFatal } else { false }
    }
    #expect(isTold)
  }
}
