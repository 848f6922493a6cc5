import Testing
import ThermoclineKafka
import ThermoclineKafkaTestKit

@Suite(.timeLimit(.minutes(10))) struct KafkaTransactionsTests {
  private let input = TestBroker.unique("input")
  private let output = TestBroker.unique("output")
  private let id = TestBroker.unique("job")

  private func producer(_ broker: any BrokerAddress) throws -> KafkaProducer {
    var settings = broker.settings
    settings["transactional.id"] = id
    let producer = try KafkaProducer(settings)
    try producer.initTransactions(timeoutMilliseconds: 10_000)
    return producer
  }

  private func position(_ offset: Int64) -> KafkaPosition {
    KafkaPosition(KafkaPartition(input, 0), offset: offset)
  }

  /// What the output's partition holds for a reader with this isolation.
  private func values(
    _ broker: any BrokerAddress, _ isolation: String = "read_committed"
  ) throws -> [[UInt8]?] {
    let reader = try Reader(
      broker, group: "\(output)-look", topics: [output],
      ["enable.partition.eof": "true", "isolation.level": isolation])
    try reader.consumer.begin([KafkaPartition(output, 0): .beginning])
    try reader.run {
      reader.events.contains { if case .endReached = $0 { true } else { false } }
    }
    return reader.records.map(\.payload)
  }

  @Test func outputsAndOffsetsCommitTogether() throws {
    let broker = try TestBroker(topics: [(input, 1), (output, 1)])
    let reader = try Reader(broker, topics: [output])
    let producer = try producer(broker)
    let topic = try producer.topic(output)
    for number in 0..<3 as Range<UInt8> {
      try producer.beginTransaction()
      _ = try producer.produce(to: topic, partition: 0, key: nil, value: [number])
      try producer.sendOffsets(
        [position(Int64(number) + 1)], of: reader.consumer.groupMetadata(),
        timeoutMilliseconds: 10_000)
      try producer.commitTransaction(timeoutMilliseconds: 10_000)
    }
    #expect(try values(broker) == [[0], [1], [2]])
    #expect(producer.deliveries.deliveredCount == 3)
    // The embedded broker forgets the positions.
    guard TestBroker.hasTransactions else { return }
    let committed = try reader.consumer.committed(
      [KafkaPartition(input, 0)], timeoutMilliseconds: 10_000)
    #expect(committed == [position(3)])
  }

  @Test(
    "what is aborted is hidden and commits no position; what is open is waited for",
    .enabled(if: TestBroker.hasTransactions, "\(TestBroker.missing)"))
  func aborted() throws {
    let broker = try TestBroker(topics: [(input, 1), (output, 1)])
    let reader = try Reader(broker, topics: [output])
    let producer = try producer(broker)
    let topic = try producer.topic(output)
    func send(_ number: UInt8) throws {
      try producer.beginTransaction()
      _ = try producer.produce(to: topic, partition: 0, key: nil, value: [number])
      try producer.sendOffsets(
        [position(Int64(number))], of: reader.consumer.groupMetadata(),
        timeoutMilliseconds: 10_000)
      try producer.flush(timeoutMilliseconds: 10_000)
    }
    func committed() throws -> [KafkaPosition] {
      try reader.consumer.committed([KafkaPartition(input, 0)], timeoutMilliseconds: 10_000)
    }
    try send(1)
    try producer.commitTransaction(timeoutMilliseconds: 10_000)
    try send(2)
    #expect(try values(broker) == [[1]], "the transaction is open")
    #expect(try values(broker, "read_uncommitted") == [[1], [2]])
    try producer.abortTransaction(timeoutMilliseconds: 10_000)
    #expect(try values(broker) == [[1]])
    #expect(try committed() == [position(1)])
    try send(3)
    try producer.commitTransaction(timeoutMilliseconds: 10_000)
    #expect(try values(broker) == [[1], [3]])
    #expect(try values(broker, "read_uncommitted") == [[1], [2], [3]])
    #expect(try committed() == [position(3)])
  }

  @Test(
    "a second producer of the same id aborts what the first left open, and the first is fenced",
    .enabled(if: TestBroker.hasTransactions, "\(TestBroker.missing)"))
  func fencing() throws {
    let broker = try TestBroker(topics: [(output, 1)])
    let first = try producer(broker)
    try first.beginTransaction()
    _ = try first.produce(to: first.topic(output), partition: 0, key: nil, value: [1])
    try first.flush(timeoutMilliseconds: 10_000)
    let second = try producer(broker)
    let error = #expect(throws: KafkaError.self) {
      try first.commitTransaction(timeoutMilliseconds: 10_000)
    }
    #expect(error?.isFatal == true && error?.code == .fenced, "\(String(describing: error))")
    try second.beginTransaction()
    _ = try second.produce(to: second.topic(output), partition: 0, key: nil, value: [2])
    try second.commitTransaction(timeoutMilliseconds: 10_000)
    #expect(try values(broker) == [[2]])
  }

  @Test(
    "who has left the group commits nothing with the membership it had",
    .enabled(if: TestBroker.hasTransactions, "\(TestBroker.missing)"))
  func formerMember() throws {
    let broker = try TestBroker(topics: [(input, 1), (output, 1)])
    let reader = try Reader(broker, topics: [input])
    try reader.consumer.subscribe()
    try reader.run { !reader.owned.isEmpty }
    let membership = try reader.consumer.groupMetadata()
    #expect(membership.member != nil)
    let producer = try producer(broker)
    let topic = try producer.topic(output)
    func commit() throws {
      try producer.beginTransaction()
      _ = try producer.produce(to: topic, partition: 0, key: nil, value: [1])
      try producer.sendOffsets([position(1)], of: membership, timeoutMilliseconds: 10_000)
      try producer.commitTransaction(timeoutMilliseconds: 10_000)
    }
    try commit()
    reader.consumer.close()
    let error = #expect(throws: KafkaError.self) { try commit() }
    #expect(
      error.map { [.unknownMember, .illegalGeneration].contains($0.code) } == true
        && error?.txnRequiresAbort == true, "\(String(describing: error))")
    try producer.abortTransaction(timeoutMilliseconds: 10_000)
    #expect(try values(broker) == [[1]])
  }

  @Test func anErrorSaysWhatFollows() throws {
    let broker = try EmbeddedBroker(topics: [(output, 1)])
    let producer = try producer(broker)
    let topic = try producer.topic(output)
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
