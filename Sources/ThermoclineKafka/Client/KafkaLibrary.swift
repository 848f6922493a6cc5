internal import CRdkafka

/// The client library that this process runs with, which may be newer than the one it was built with.
package enum KafkaLibrary {
  /// For example `2.0.2`.
  package static var version: String { unsafe String(copying: rd_kafka_version_str()) ?? "?" }
}
