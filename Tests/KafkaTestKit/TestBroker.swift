import Foundation
package import ThermoclineKafka

/// The brokers of a test: those that THERMOCLINE_TEST_BROKERS names, or an embedded one of its own.
///
/// Others use named brokers at the same time and before: topics and groups need names from `unique`.
package final class TestBroker: BrokerAddress {
  /// `host:port,…` of the brokers that were named; nil = each test has an embedded one.
  package static let named: String? = {
    let text = ProcessInfo.processInfo.environment["THERMOCLINE_TEST_BROKERS"] ?? ""
    return text.isEmpty ? nil : text
  }()
  /// Whether transactions mean something: an embedded broker only pretends to know them.
  package static var hasTransactions: Bool { named != nil }
  /// Why tests of them are left out.
  package static let missing: String =
    "the embedded broker has no transactions: THERMOCLINE_TEST_BROKERS names others"
  /// For `session.timeout.ms`. The embedded broker lets a first join wait for 3 s, and drops a member that waits longer than
  /// its session; others take no less than 6 s.
  package static let sessionMilliseconds = named == nil ? "3500" : "6000"

  /// The settings of a client.
  package let settings: KafkaSettings
  /// nil where brokers were named.
  package let embedded: EmbeddedBroker?

  /// Starts a broker where none is named, and makes the topics.
  package init(topics: [(name: String, partitions: Int)] = []) throws {
    if let named = Self.named {
      embedded = nil
      settings = KafkaSettings(bootstrapServers: named)
    } else {
      let broker = try EmbeddedBroker()
      embedded = broker
      settings = broker.settings
    }
    for topic in topics { try createTopic(topic.name, partitions: topic.partitions) }
  }

  /// Makes a topic that keeps everything, whatever the time of its records.
  package func createTopic(_ name: String, partitions: Int) throws {
    if let embedded { return try embedded.createTopic(name, partitions: partitions) }
    let topic = KafkaTopicSpec(
      name: name, partitions: partitions, replication: 1,
      settings: ["retention.ms": "-1", "max.message.bytes": "2097152"])
    let results = try KafkaAdmin(settings).create([topic])
    if let error = results.first?.error { throw error }
    // The broker that answers next may not have heard of it yet.
    var isKnown = false
    while !isKnown {
      let all = try KafkaMetadata.fetch(settings, timeoutMilliseconds: 10_000)
      isKnown = all.topics.contains { $0.name == name && $0.partitionsCount == partitions }
    }
  }

  /// A name of a topic, a group or a transactional id that nobody else has.
  package static func unique(_ name: String) -> String {
    "\(name)-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
  }
}
