import ThermoclineKafka
import ThermoclineKafkaTestKit

/// A record, copied out of the handler.
struct ReadRecord: Equatable {
  var topic: String
  var partition: Int32
  var offset: Int64
  var timestamp: Int64?
  var key: [UInt8]?
  var payload: [UInt8]?
  var headers: [KafkaHeader]

  init(_ record: borrowing KafkaRecord, of consumer: KafkaConsumer) {
    topic = consumer.topics[record.topicIndex]
    partition = record.partition
    offset = record.offset
    timestamp = record.timestampMilliseconds
    key = unsafe record.key.map { unsafe Array($0) }
    payload = unsafe record.payload.map { unsafe Array($0) }
    headers = record.headers
  }

  var text: String { String(decoding: payload ?? [], as: UTF8.self) }
}

/// A consumer with an owner that answers every rebalance as asked.
final class Reader {
  let consumer: KafkaConsumer
  var records: [ReadRecord] = []
  var events: [KafkaEvent] = []
  /// The partitions this reader has.
  var owned: Set<KafkaPartition> = []
  /// Where newly assigned partitions begin.
  var start: (KafkaPartition) -> KafkaStart = { _ in .committed }
  /// Called before a revocation is acknowledged.
  var beforeRevocation: ([KafkaPartition]) throws -> Void = { _ in }

  init(
    _ broker: any BrokerAddress, group: String? = nil, topics: [String],
    _ more: [String: String] = [:]
  ) throws {
    var settings = broker.settings
    settings["group.id"] = group ?? "\(topics[0])-group"
    settings["session.timeout.ms"] = TestBroker.sessionMilliseconds
    settings["heartbeat.interval.ms"] = "100"
    settings["fetch.wait.max.ms"] = "10"
    for (key, value) in more { settings[key] = value }
    consumer = try KafkaConsumer(settings, topics: topics)
  }

  /// One poll with its events answered. `stopAfter` = records the handler takes at most.
  @discardableResult func step(stopAfter: Int = .max) throws -> Int {
    var taken = 0
    consumer.poll(timeoutMilliseconds: 20) { record in
      records.append(ReadRecord(record, of: consumer))
      taken += 1
      return taken == stopAfter ? .stop : .goOn
    }
    for event in consumer.takeEvents() {
      events.append(event)
      switch event {
      case .assigned(let partitions):
        let starts = partitions.map { ($0, start($0)) }
        try consumer.begin(Dictionary(uniqueKeysWithValues: starts))
        owned.formUnion(partitions)
      case .revoked(let partitions):
        try beforeRevocation(partitions)
        try consumer.acknowledgeRevocation(partitions)
        owned.subtract(partitions)
      case .lost(let partitions):
        try consumer.acknowledgeRevocation(partitions)
        owned.subtract(partitions)
      default: break
      }
    }
    return taken
  }

  /// Steps until the condition holds; the time limit of the test bounds it.
  func run(until condition: () -> Bool) throws {
    while !condition() { try step() }
  }

  /// What a commit of everything read of these partitions says.
  func positions(of partitions: [KafkaPartition]) -> [KafkaPosition] {
    partitions.compactMap { partition in
      let last = records.last { $0.topic == partition.topic && $0.partition == partition.partition }
      return last.map { KafkaPosition(partition, offset: $0.offset + 1) }
    }
  }
}

/// Produces numbered records, `<number>` as payload, to the partitions in turn, and waits for delivery.
func produceNumbers(
  _ numbers: Range<Int>, to topic: String, partitions: Int, at broker: any BrokerAddress
) throws {
  let producer = try KafkaProducer(broker.settings)
  let handle = try producer.topic(topic)
  for number in numbers {
    let result = try producer.produce(
      to: handle, partition: Int32(number % partitions), key: nil, value: Array("\(number)".utf8))
    precondition(result == .queued)
  }
  try producer.flush(timeoutMilliseconds: 10_000)
  precondition(producer.deliveries.deliveredCount == numbers.count)
}

func partitions(_ topic: String, _ count: Int) -> [KafkaPartition] {
  (0..<count).map { KafkaPartition(topic, Int32($0)) }
}
