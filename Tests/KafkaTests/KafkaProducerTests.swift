import Testing
import ThermoclineKafka
import ThermoclineKafkaTestKit

@Suite(.timeLimit(.minutes(10))) struct KafkaProducerTests {
  @Test func aFullQueueIsAnAnswer() throws {
    let producer = try KafkaProducer([
      "bootstrap.servers": "127.0.0.1:1", "queue.buffering.max.messages": "10",
    ])
    let topic = try producer.topic("topic")
    var results: [ProduceResult] = []
    for _ in 0..<12 {
      results.append(
        try producer.produce(
          to: topic, key: nil, value: [1], headers: [KafkaHeader("name", [2])]))
    }
    #expect(results == Array(repeating: .queued, count: 10) + [.queueFull, .queueFull])
    #expect(throws: KafkaError.self) { try producer.flush(timeoutMilliseconds: 10) }
    producer.purge()
    try producer.flush(timeoutMilliseconds: 10_000)
    #expect(producer.deliveries.failedCount == 10)
    #expect(producer.queuedCount == 0)
  }

  @Test func aRefusedRecordIsCountedWithItsReason() throws {
    let broker = try EmbeddedBroker(topics: [("topic", 1)])
    let producer = try KafkaProducer(broker.settings)
    let topic = try producer.topic("topic")
    broker.failNext(.produce, with: [.messageTooLarge])
    _ = try producer.produce(to: topic, partition: 0, key: nil, value: [1])
    try producer.flush(timeoutMilliseconds: 10_000)
    #expect(producer.deliveries.failedCount == 1)
    #expect(producer.deliveries.firstError?.code == .messageTooLarge)
    #expect(producer.deliveries.firstError?.message.contains("topic[0]") == true)
    producer.resetDeliveries()
    _ = try producer.produce(to: topic, partition: 0, key: nil, value: [2])
    try producer.flush(timeoutMilliseconds: 10_000)
    #expect(
      producer.deliveries == KafkaDeliveries(deliveredCount: 1, failedCount: 0, firstError: nil))
  }

  @Test func aBrokerThatComesBackGetsEverythingOnce() throws {
    let broker = try EmbeddedBroker(topics: [("topic", 1)])
    let producer = try KafkaProducer(broker.settings)
    let topic = try producer.topic("topic")
    broker.failNext(.produce, with: [.transport, KafkaErrorCode(rawValue: 6), .transport])
    for number in 0..<100 {
      _ = try producer.produce(to: topic, partition: 0, key: nil, value: [UInt8(number)])
      if number == 50 { broker.setDown() }
    }
    broker.setUp()
    try producer.flush(timeoutMilliseconds: 30_000)
    #expect(producer.deliveries.deliveredCount == 100)
    let reader = try Reader(broker, topics: ["topic"], ["enable.partition.eof": "true"])
    try reader.consumer.begin([KafkaPartition("topic", 0): .beginning])
    try reader.run { reader.events.contains(.endReached(.init(.init("topic", 0), offset: 100))) }
    #expect(reader.records.map(\.payload) == (0..<100).map { [UInt8($0)] })
  }

  /// Hashes from Apache Kafka's own test of `Utils.murmur2` (UtilsTest.java); the Java client takes the
  /// lower 31 bits modulo the number of partitions.
  @Test func keysGoWhereTheJavaClientSendsThem() throws {
    let hashes: [(String, Int32)] = [
      ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
      ("a-little-bit-longer-string", -1_486_304_829),
      ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
    ]
    let name = TestBroker.unique("topic")
    let broker = try TestBroker(topics: [(name, 97)])
    let producer = try KafkaProducer(broker.settings)
    let topic = try producer.topic(name)
    for (key, _) in hashes {
      _ = try producer.produce(to: topic, key: Array(key.utf8), value: nil)
    }
    try producer.flush(timeoutMilliseconds: 10_000)
    let reader = try Reader(broker, topics: [name])
    let all = partitions(name, 97)
    try reader.consumer.begin(Dictionary(uniqueKeysWithValues: all.map { ($0, .beginning) }))
    try reader.run { reader.records.count == hashes.count }
    for record in reader.records {
      let key = String(decoding: record.key ?? [], as: UTF8.self)
      let hash = try #require(hashes.first { $0.0 == key }).1
      #expect(record.partition == (hash & 0x7fff_ffff) % 97, "\(key)")
    }
  }
}
