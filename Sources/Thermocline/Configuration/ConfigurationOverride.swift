internal import Yams

/// A value for one key from outside the file: an environment variable or a flag.
package struct ConfigurationOverride: Sendable, Equatable {
  /// Where it comes from, for errors: `THERMOCLINE_KAFKA_GROUP`, `--brokers`.
  package var origin: String
  /// The key: `kafka.brokers`.
  package var key: String
  /// The value as the file would say it. Topics may be written `a,b`, properties `{name: value}`.
  package var text: String

  package init(origin: String, key: String, text: String) {
    self.origin = origin
    self.key = key
    self.text = text
  }

  /// Every key that a file may have.
  static let keys = [
    "kafka.brokers", "kafka.group", "kafka.instance", "kafka.properties", "input.topics",
    "input.format",
    "input.account_group", "input.mapping", "input.deduplicate", "input.deduplicate_ids_max",
    "input.users_max", "input.hold_unresolved", "output.scores", "output.changes",
    "output.alerts", "output.rollups", "output.dead_letters", "output.usage",
    "output.encoding", "policy", "policy_poll", "profiles.file", "profiles.topic",
    "overrides.topic",
    "alert_controls.topic", "segments.topic",
    "time.out_of_orderness", "time.allowed_lateness", "time.future_tolerance", "time.idle_after",
    "time.forget_after",
    "processing.shards", "processing.guarantee", "processing.commit_interval",
    "processing.accounts_max", "processing.bytes_max", "processing.publish_min_change",
    "checkpoints.topic", "checkpoints.interval", "checkpoints.cache",
    "server.listen", "server.token", "server.token_file",
    "server.tls.certificate_file", "server.tls.key_file", "log.level", "log.format",
  ]

  /// The environment variable of a key: `THERMOCLINE_KAFKA_BROKERS`.
  static func variable(_ key: String) -> String {
    "THERMOCLINE_" + String(key.map { $0 == "." ? "_" : $0 }).uppercased()
  }

  /// The overrides of an environment, which is asked for each variable. One that is empty is as good as
  /// not set; one that names no key is not ours, for container platforms make up such names.
  package static func all(
    in environment: (_ name: String) -> String?
  ) -> [ConfigurationOverride] {
    keys.compactMap { key in
      let name = variable(key)
      guard let text = environment(name), !text.isEmpty else { return nil }
      return ConfigurationOverride(origin: name, key: key, text: text)
    }
  }

  /// A file that says this and nothing else.
  func root() throws(YAMLFileError) -> Node {
    let value =
      text.hasPrefix("[") || text.hasPrefix("{") ? try YAMLFile.parse(text, origin) : Node(text)
    return key.split(separator: ".").reversed().reduce(value) { Node([(Node(String($1)), $0)]) }
  }
}
