package import ThermoclineKafka

/// Brokers that clients can connect to.
package protocol BrokerAddress: AnyObject {
  /// The settings of a client.
  var settings: KafkaSettings { get }
}

extension EmbeddedBroker: BrokerAddress {}
