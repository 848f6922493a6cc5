internal import CRdkafka

/// librdkafka's properties, in order; a later value of a key, by whichever of its names, replaces an earlier one. Names
/// and values are librdkafka's business: a key it does not know is refused with its own words.
package struct KafkaSettings: Sendable, ExpressibleByDictionaryLiteral {
  /// The properties as they will be set.
  package private(set) var properties: [(key: String, value: String)] = []

  package init(dictionaryLiteral elements: (String, String)...) {
    for (key, value) in elements { self[key] = value }
  }

  /// The settings of a client of the brokers at `bootstrapServers` (`host:port`, separated by commas).
  package init(bootstrapServers: String) { self["bootstrap.servers"] = bootstrapServers }

  /// The value of a property; setting nil removes it.
  package subscript(key: String) -> String? {
    get {
      let key = KafkaPropertyName.canonical(key)
      return properties.last { $0.key == key }?.value
    }
    set {
      let key = KafkaPropertyName.canonical(key)
      properties.removeAll { $0.key == key }
      if let newValue { properties.append((key, newValue)) }
    }
  }

  /// These settings, and `defaults` for the keys that are not set.
  func completed(by defaults: KafkaSettings) -> KafkaSettings {
    var result = defaults
    for (key, value) in properties { result[key] = value }
    return result
  }

  /// The settings' own addresses, for error texts.
  var addresses: String { self["bootstrap.servers"] ?? "(no address)" }

  /// Checks every property without making a client. Throws for the first one librdkafka refuses.
  package func validate() throws(KafkaError) {
    unsafe rd_kafka_conf_destroy(try makeConfiguration())
  }

  /// What every client has unless its settings say otherwise.
  ///
  /// Nagle's algorithm holds a small request back while an earlier one is not acknowledged, and the broker's system may take
  /// 40 ms to do that. librdkafka leaves it on before 2.10 (its pull request 4986).
  private static let defaults: KafkaSettings = ["socket.nagle.disable": "true"]

  /// These settings with what a client has without them.
  var effective: KafkaSettings { completed(by: Self.defaults) }

  /// A configuration object that the caller owns.
  func makeConfiguration() throws(KafkaError) -> OpaquePointer {
    // SAFETY: the object is destroyed here when a property is refused, and handed to the caller otherwise.
    let configuration: OpaquePointer = unsafe rd_kafka_conf_new()
    for (key, value) in effective.properties {
      let (result, text) = unsafe String.errorText {
        unsafe rd_kafka_conf_set(configuration, key, value, $0, $1)
      }
      guard result == RD_KAFKA_CONF_OK else {
        unsafe rd_kafka_conf_destroy(configuration)
        throw KafkaError(.invalidArgument, "setting `\(key)`: \(text)")
      }
    }
    return unsafe configuration
  }
}
