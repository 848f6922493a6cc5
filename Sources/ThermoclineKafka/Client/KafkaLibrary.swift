internal import CRdkafka

/// The client library that this process runs with, which may be newer than the one it was built with.
package enum KafkaLibrary {
  /// For example `2.0.2`.
  package static var version: String { unsafe String(copying: rd_kafka_version_str()) ?? "?" }

  /// What to do about the words in which librdkafka gives a broker up; nil where they say it themselves.
  /// - Parameter number: of the library's version, as it counts them.
  static func remedy(for text: String, number: Int32 = rd_kafka_version()) -> String? {
    // It steps a byte short over each tagged field (its issue 4278). What Apache Kafka sends is read right all the same.
    guard number < 0x0202_0000, text.contains("Read underflow") else { return nil }
    return "librdkafka before 2.2 cannot read this broker's list of requests: use 2.2 or later"
  }
}
