/// librdkafka has two names for some properties, and the later one set replaces the other. Here each has one.
package enum KafkaPropertyName {
  /// The name that is used here, by the other one. Those of a topic stand here too.
  package static let aliases = [
    "metadata.broker.list": "bootstrap.servers",
    "max.in.flight.requests.per.connection": "max.in.flight",
    "sasl.mechanism": "sasl.mechanisms",
    "fetch.message.max.bytes": "max.partition.fetch.bytes",
    "queue.buffering.max.ms": "linger.ms",
    "message.send.max.retries": "retries",
    "compression.codec": "compression.type",
    "request.required.acks": "acks",
    "delivery.timeout.ms": "message.timeout.ms",
    "auto.commit.enable": "enable.auto.commit",
  ]

  /// The one name of a property.
  package static func canonical(_ name: String) -> String { aliases[name] ?? name }
}
