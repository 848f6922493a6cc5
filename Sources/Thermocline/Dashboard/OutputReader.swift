internal import ThermoclineDashboard
internal import ThermoclineKafka

/// Reads the output topics from given positions on, committed records only. One thread.
final class OutputReader {
  private let topics: OutputTopics
  private let consumer: KafkaConsumer
  /// The next offset of each partition, as far as known.
  private var next: [KafkaPartition: Int64] = [:]
  /// Partitions whose end has not been seen yet.
  private var open: Set<KafkaPartition>
  /// A topic whose log ends before a position, or has gone back: it was made again.
  private(set) var recreatedTopic: String?
  /// After it nothing comes any more.
  private(set) var failure: KafkaError?
  /// What failed last, that the client itself may or may not mend; for the caller to look at, and to unset.
  var doubt: KafkaError?
  let partitions: [KafkaPartition]

  init(
    _ kafka: KafkaSettings, _ topics: OutputTopics, _ partitions: [KafkaPartition],
    _ positions: [FeedPosition]
  ) throws(KafkaError) {
    self.topics = topics
    self.partitions = partitions
    var settings = kafka
    // A consumer must name a group; it neither joins it nor commits to it.
    settings["group.id"] = "thermocline-dashboard"
    settings["isolation.level"] = "read_committed"
    settings["enable.partition.eof"] = "true"
    if settings["fetch.wait.max.ms"] == nil { settings["fetch.wait.max.ms"] = "50" }
    consumer = try KafkaConsumer(settings, topics: Array(Set(partitions.map(\.topic))).sorted())
    open = Set(partitions)
    for position in positions {
      let partition = KafkaPartition(position.topic, position.partition)
      if open.contains(partition) { next[partition] = position.next }
    }
    if !next.isEmpty {
      let ends = try consumer.endOffsets(of: Array(next.keys), timeoutMilliseconds: 10_000)
      recreatedTopic = next.first { $0.value > ends[$0.key] ?? .max }?.key.topic
    }
    guard recreatedTopic == nil else { return }
    var starts: [KafkaPartition: KafkaStart] = [:]
    for partition in partitions {
      starts[partition] = next[partition].map { .offset($0) } ?? .beginning
    }
    try consumer.begin(starts)
  }

  func close() { consumer.close() }

  /// Whether the brokers of all partitions answer. Blocks for two seconds at most.
  var canReadAll: Bool {
    (try? consumer.endOffsets(of: partitions, timeoutMilliseconds: 2_000)) != nil
  }

  /// Whether the end of every partition has been seen once.
  var isCaughtUp: Bool { open.isEmpty }

  /// Waits a moment for records and gives what is at hand, in the order of each partition.
  func next(upTo max: Int) -> [FeedRecord] {
    var records: [FeedRecord] = []
    var wait: Int32 = 100
    while records.count < max, recreatedTopic == nil {
      let count = consumer.poll(timeoutMilliseconds: wait) { record in
        take(record, into: &records)
        return records.count < max && recreatedTopic == nil ? .goOn : .stop
      }
      takeEvents()
      // Only for the first one is there a wait.
      if count == 0 { break }
      wait = 0
    }
    return records
  }

  private func take(_ record: borrowing KafkaRecord, into records: inout [FeedRecord]) {
    let topic = consumer.topics[record.topicIndex]
    let partition = KafkaPartition(topic, record.partition)
    if let expected = next[partition], record.offset < expected {
      recreatedTopic = topic
      return
    }
    next[partition] = record.offset + 1
    let message = TopicMessage(record)
    records.append(
      FeedRecord(
        topics.kind(of: topic), topic: topic, partition: message.partition, offset: message.offset,
        key: message.key.map { String(decoding: $0, as: UTF8.self) } ?? "", value: message.output))
  }

  private func takeEvents() {
    for event in consumer.takeEvents() {
      switch event {
      case .endReached(let position): open.remove(position.partition)
      case .failed(let error) where error.isFatal: failure = error
      case .failed(let error): doubt = error
      default: break
      }
    }
  }
}
