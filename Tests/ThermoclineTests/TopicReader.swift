import ThermoclineKafka
import ThermoclineKafkaTestKit

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
func readAll(_ topic: String, of broker: any BrokerAddress) throws -> [TopicRecord] {
  try readAll(topic, kafka: broker.settings)
}

/// Everything that was committed.
func readAll(_ topic: String, kafka: KafkaSettings) throws -> [TopicRecord] {
  var settings = kafka
  settings["group.id"] = "reader"
  settings["fetch.wait.max.ms"] = "10"
  settings["isolation.level"] = "read_committed"
  settings["enable.partition.eof"] = "true"
  let consumer = try KafkaConsumer(settings, topics: [topic])
  let metadata = try KafkaMetadata.fetch(
    kafka, topics: [topic], timeoutMilliseconds: 10_000)
  var open = Set(metadata.partitions)
  try consumer.begin(Dictionary(uniqueKeysWithValues: open.map { ($0, .beginning) }))
  var records: [TopicRecord] = []
  while !open.isEmpty {
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
    for case .endReached(let position) in consumer.takeEvents() { open.remove(position.partition) }
  }
  consumer.close()
  return records.sorted { ($0.partition, $0.offset) < ($1.partition, $1.offset) }
}
