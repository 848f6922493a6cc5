import Testing
import ThermoclineKafka
import ThermoclineKafkaTestKit

@Suite(.timeLimit(.minutes(10))) struct KafkaRecordTests {
  private let name = TestBroker.unique("topic")

  @Test func everyFieldComesBackAsItWasSent() throws {
    let names = [TestBroker.unique("first"), TestBroker.unique("second")]
    let broker = try TestBroker(topics: [(names[0], 1), (names[1], 3)])
    let producer = try KafkaProducer(broker.settings)
    let first = try producer.topic(names[0])
    let second = try producer.topic(names[1])
    let headers = [
      KafkaHeader("a", Array("one".utf8)), KafkaHeader("empty", []), KafkaHeader("null", nil),
      KafkaHeader("a", Array("two".utf8)),
    ]
    _ = try producer.produce(
      to: first, partition: 0, key: Array("k".utf8), value: Array("v".utf8), headers: headers,
      timestampMilliseconds: 1_767_225_600_123)
    _ = try producer.produce(to: first, partition: 0, key: Array("gone".utf8), value: nil)
    _ = try producer.produce(to: first, partition: 0, key: nil, value: [])
    _ = try producer.produce(to: first, partition: 0, key: [], value: [0, 255])
    _ = try producer.produce(to: second, partition: 2, key: nil, value: nil)
    try producer.flush(timeoutMilliseconds: 10_000)
    #expect(
      producer.deliveries == KafkaDeliveries(deliveredCount: 5, failedCount: 0, firstError: nil))

    let reader = try Reader(broker, topics: names)
    try reader.consumer.begin([
      KafkaPartition(names[0], 0): .beginning, KafkaPartition(names[1], 2): .beginning,
    ])
    try reader.run { reader.records.count == 5 }
    let read = reader.records.filter { $0.topic == names[0] }
    #expect(read.map(\.offset) == [0, 1, 2, 3])
    #expect(read.map(\.key) == [Array("k".utf8), Array("gone".utf8), nil, []])
    #expect(read.map(\.payload) == [Array("v".utf8), nil, [], [0, 255]])
    #expect(read[0].timestamp == 1_767_225_600_123)
    #expect(read[0].headers == headers)
    #expect(read[1].headers.isEmpty)
    // A bare record with neither key nor payload is a record, not the mark of a transaction.
    let bare = try #require(reader.records.first { $0.topic == names[1] })
    #expect(bare.partition == 2 && bare.key == nil && bare.payload == nil)
  }

  @Test func aHeaderIsFoundByItsName() throws {
    let broker = try TestBroker(topics: [(name, 1)])
    let producer = try KafkaProducer(broker.settings)
    _ = try producer.produce(
      to: producer.topic(name), partition: 0, key: nil, value: [1],
      headers: [
        KafkaHeader("content-encoding", Array("x".utf8)),
        KafkaHeader("content-encoding", Array("gzip".utf8)), KafkaHeader("null", nil),
      ])
    try producer.flush(timeoutMilliseconds: 10_000)
    let reader = try Reader(broker, topics: [name])
    try reader.consumer.begin([KafkaPartition(name, 0): .beginning])
    var found: [[UInt8]?] = []
    while found.isEmpty {
      reader.consumer.poll(timeoutMilliseconds: 20) { record in
        for name in ["content-encoding", "null", "absent"] as [StaticString] {
          unsafe found.append(record.header(name).map { unsafe Array($0) })
        }
        return .stop
      }
    }
    #expect(found == [Array("gzip".utf8), nil, nil])
  }
}
