import ThermoclineKafka
import ThermoclineKafkaTestKit

/// Sends messages to a topic and waits until the broker has them.
func write(
  _ messages: [(key: String?, value: String?)], to topic: String, partition: Int32 = 0,
  headers: [KafkaHeader] = [], of broker: any BrokerAddress
) throws {
  let producer = try KafkaProducer(broker.settings)
  let target = try producer.topic(topic)
  for message in messages {
    let result = try producer.produce(
      to: target, partition: partition, key: message.key.map { Array($0.utf8) },
      value: message.value.map { Array($0.utf8) }, headers: headers)
    precondition(result == .queued)
  }
  try producer.flush(timeoutMilliseconds: 10_000)
}
