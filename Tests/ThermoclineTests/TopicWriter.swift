import ThermoclineKafka
import ThermoclineKafkaTestKit
import ThermoclineProtobuf

/// Sends messages to a topic and waits until the broker has them. With `message` the values, which are JSON, go as Protobuf.
func write(
  _ messages: [(key: String?, value: String?)], to topic: String, partition: Int32 = 0,
  headers: [KafkaHeader] = [], as message: ProtobufMessage? = nil, of broker: any BrokerAddress
) throws {
  let producer = try KafkaProducer(broker.settings)
  let target = try producer.topic(topic)
  let typed = message.map { KafkaHeader(ProtobufMessage.header, Array($0.contentType.utf8)) }
  for (key, text) in messages {
    let json = text.map { Array($0.utf8) }
    let result = try producer.produce(
      to: target, partition: partition, key: key.map { Array($0.utf8) },
      value: try json.map { try message?.encode(json: $0) ?? $0 },
      headers: headers + (typed.map { [$0] } ?? []))
    precondition(result == .queued)
  }
  try producer.flush(timeoutMilliseconds: 10_000)
}
