internal import ThermoclineKafka

/// Properties for librdkafka, as they are. The values of secrets never appear in a text made of this, nor in
/// what `dump` or a debugger shows.
package struct KafkaProperties: Sendable, Equatable {
  private var values: [String: String] = [:]

  package init() {}

  /// The value of a property, by whichever of its names; nil when it is not set.
  package subscript(name: String) -> String? {
    get { values[KafkaPropertyName.canonical(name)] }
    set { values[KafkaPropertyName.canonical(name)] = newValue }
  }

  /// All that are set, sorted by name, with their true values: for the client, not for a log.
  package var all: [(name: String, value: String)] {
    values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// All that are set, sorted by name, with secrets hidden.
  var shown: [(name: String, value: String)] {
    all.map { ($0.name, Self.isSecret($0.name) ? "(hidden)" : $0.value) }
  }

  /// True for a property whose value is a password, a private key or a token.
  static func isSecret(_ name: String) -> Bool {
    ["password", "secret", "key.pem", "ssl_key", "jaas", "token", "oauthbearer.config"].contains {
      name.contains($0)
    }
  }
}

extension KafkaProperties: CustomStringConvertible, CustomReflectable {
  /// `name = value`, separated by commas, secrets hidden.
  package var description: String {
    shown.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
  }

  package var customMirror: Mirror { Mirror(self, children: ["shown": description]) }
}
