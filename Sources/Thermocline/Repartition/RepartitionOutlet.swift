internal import ThermoclineKafka

/// Where repartitioned messages leave, in transactions together with the positions of the source. One thread.
final class RepartitionOutlet {
  private let producer: KafkaProducer
  private let target: KafkaTopic
  private let letters: KafkaTopic
  private let targetPartitions: Int
  private let consumer: KafkaConsumer
  private var positions: [KafkaPartition: Int64] = [:]
  private var isOpen = false
  private(set) var count = 0

  private static let stepMilliseconds: Int32 = 60_000

  /// Ends what an earlier run with the same id left open, and keeps it from writing if it still runs.
  init(
    _ kafka: KafkaSettings, id: String, target: String, letters: String, targetPartitions: Int,
    consumer: KafkaConsumer
  ) throws(KafkaError) {
    var settings = kafka
    settings["transactional.id"] = id
    for (key, value) in Self.defaults where settings[key] == nil { settings[key] = value }
    producer = try KafkaProducer(settings)
    try producer.initTransactions(timeoutMilliseconds: Self.stepMilliseconds)
    self.target = try producer.topic(target)
    self.letters = try producer.topic(letters)
    self.targetPartitions = targetPartitions
    self.consumer = consumer
  }

  private static let defaults = [
    "linger.ms": "5", "compression.type": "lz4", "acks": "all", "transaction.timeout.ms": "60000",
    "message.timeout.ms": "30000",
  ]

  /// A message by its key.
  func send(
    key: [UInt8], value: [UInt8], headers: [KafkaHeader], timestamp: Int64?
  ) throws(KafkaError) {
    try send(to: target, key: key, value: value, headers: headers, timestamp: timestamp)
  }

  /// A refused message.
  func refuse(key: [UInt8]?, value: [UInt8], headers: [KafkaHeader]) throws(KafkaError) {
    try send(to: letters, key: key, value: value, headers: headers, timestamp: nil)
  }

  /// The promise that no partition of the target gets anything older.
  func promise(_ headers: [KafkaHeader]) throws(KafkaError) {
    for partition in 0..<Int32(targetPartitions) {
      try send(
        to: target, partition: partition, key: nil, value: nil, headers: headers, timestamp: nil)
    }
  }

  private func send(
    to topic: KafkaTopic, partition: Int32? = nil, key: [UInt8]?, value: [UInt8]?,
    headers: [KafkaHeader], timestamp: Int64?
  ) throws(KafkaError) {
    try begin()
    while try producer.produce(
      to: topic, partition: partition, key: key, value: value, headers: headers,
      timestampMilliseconds: timestamp) == .queueFull
    {
      producer.poll(timeoutMilliseconds: 10)
    }
    producer.poll(timeoutMilliseconds: 0)
    count += 1
  }

  /// Everything of the source before this offset has been handed over.
  func note(_ position: KafkaPosition) { positions[position.partition] = position.offset }

  /// All that was handed over becomes visible, together with how far the source was read.
  func commit() throws(KafkaError) {
    count = 0
    guard !positions.isEmpty else { return }
    try begin()
    try producer.sendOffsets(
      positions.map { KafkaPosition($0.key, offset: $0.value) },
      mark: { _ in CommitMark(partitionsCount: targetPartitions) },
      of: try consumer.groupMetadata(), timeoutMilliseconds: Self.stepMilliseconds)
    try producer.commitTransaction(timeoutMilliseconds: Self.stepMilliseconds)
    isOpen = false
    positions = [:]
  }

  private func begin() throws(KafkaError) {
    guard !isOpen else { return }
    try producer.beginTransaction()
    isOpen = true
  }
}
