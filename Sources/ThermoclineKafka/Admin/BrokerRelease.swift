/// The release of Kafka that the brokers speak like. Brokers do not tell their version, only the requests they know.
package struct BrokerRelease: Sendable, Comparable, CustomStringConvertible {
  package var major: Int
  package var minor: Int

  package init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  package static func < (left: BrokerRelease, right: BrokerRelease) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  package var description: String { "\(major).\(minor)" }

  /// Newest version of the fetch request, and the release that brought it (Kafka's FetchRequest.json).
  private static let releases: [(version: Int, release: BrokerRelease)] = [
    (4, BrokerRelease(0, 11)), (6, BrokerRelease(1, 0)), (7, BrokerRelease(1, 1)),
    (8, BrokerRelease(2, 0)), (10, BrokerRelease(2, 1)), (11, BrokerRelease(2, 3)),
    (12, BrokerRelease(2, 7)), (13, BrokerRelease(3, 1)), (15, BrokerRelease(3, 5)),
    (16, BrokerRelease(3, 7)), (17, BrokerRelease(3, 9)),
  ]

  /// The release that knows this version of the fetch request; nil for one before 0.11.
  static func knowing(fetchVersion: Int) -> BrokerRelease? {
    releases.last { $0.version <= fetchVersion }?.release
  }

  /// The lowest release among what brokers said of the requests they know, in the lines that librdkafka logs with
  /// `debug=feature,broker`; nil when none said it.
  static func lowest(in lines: [KafkaLogLine]) -> BrokerRelease? {
    lines.compactMap { line -> BrokerRelease? in
      guard let found = line.text.firstMatch(of: /ApiKey Fetch \(1\) Versions \d+\.\.(\d+)/),
        let version = Int(found.1)
      else { return nil }
      return knowing(fetchVersion: version)
    }.min()
  }

  /// Connects, and waits at most `timeoutMilliseconds` for a broker's answer. nil when none came or it did not say.
  package static func probe(
    _ settings: KafkaSettings, timeoutMilliseconds: Int32 = 5_000
  ) -> BrokerRelease? {
    var settings = settings
    settings["debug"] = "feature,broker"
    settings["log_level"] = "7"
    guard let client = try? KafkaHandle(.producer, settings) else { return nil }
    client.fetchMetadata(timeoutMilliseconds: timeoutMilliseconds)
    return lowest(in: client.inbox.takeLog())
  }
}
