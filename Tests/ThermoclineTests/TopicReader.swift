import ThermoclineKafka

/// A record of an output topic.
struct TopicRecord: Equatable {
  var partition: Int32
  var offset: Int64
  var key: [UInt8]?
  var value: [UInt8]?
  var headers: [String: String]

  var keyText: String { String(decoding: key ?? [], as: UTF8.self) }
  var text: String { String(decoding: value ?? [], as: UTF8.self) }
}

/// Everything that a topic holds now, partition by partition.
func readAll(_ topic: String, of broker: EmbeddedBroker) throws -> [TopicRecord] {
  try readAll(topic, kafka: broker.settings)
}

func readAll(_ topic: String, kafka: KafkaSettings) throws -> [TopicRecord] {
  var settings = kafka
  settings["group.id"] = "reader"
  settings["fetch.wait.max.ms"] = "10"
  let consumer = try KafkaConsumer(settings, topics: [topic])
  let metadata = try KafkaMetadata.fetch(
    kafka, topics: [topic], timeoutMilliseconds: 10_000)
  let partitions = (0..<metadata.topics[0].partitionsCount).map { KafkaPartition(topic, Int32($0)) }
  try consumer.begin(Dictionary(uniqueKeysWithValues: partitions.map { ($0, .beginning) }))
  let wanted = try partitions.reduce(0) { sum, partition in
    let offsets = try consumer.queryWatermarkOffsets(partition, timeoutMilliseconds: 10_000)
    return sum + offsets.count
  }
  var records: [TopicRecord] = []
  while records.count < wanted {
    consumer.poll(timeoutMilliseconds: 20) { record in
      var headers: [String: String] = [:]
      for header in record.headers {
        headers[header.name] = String(decoding: header.value ?? [], as: UTF8.self)
      }
      records.append(
        TopicRecord(
          partition: record.partition, offset: record.offset,
          key: unsafe record.key.map { unsafe Array($0) },
          value: unsafe record.payload.map { unsafe Array($0) }, headers: headers))
      return .goOn
    }
  }
  consumer.close()
  return records.sorted { ($0.partition, $0.offset) < ($1.partition, $1.offset) }
}
