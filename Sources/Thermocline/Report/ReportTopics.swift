internal import ThermoclineCodec
package import ThermoclineCore
package import ThermoclineDashboard
package import ThermoclineKafka

/// The output topics of a job as a source of reports: each is read once, up to where it ended when that began, outside of
/// any group. One thread.
package final class ReportTopics: ReportSource {
  private let kafka: KafkaSettings
  private let topics: KafkaSink.Topics
  private let keeping: TopicKeeping
  private let isStopped: () -> Bool
  private let progress: (_ topic: String, _ done: Int, _ total: Int) -> Void
  private static let progressMessages = 512

  /// Looks whether the topics are there; the one of usage is looked for where `needsUsage`. `progress`: messages of a
  /// topic, now and then.
  package init(
    _ kafka: KafkaSettings, _ topics: KafkaSink.Topics, needsUsage: Bool,
    isStopped: @escaping () -> Bool = { false },
    progress: @escaping (_ topic: String, _ done: Int, _ total: Int) -> Void = { _, _, _ in }
  ) throws(JobFailure) {
    self.kafka = kafka
    self.topics = topics
    self.isStopped = isStopped
    self.progress = progress
    let usage = needsUsage ? topics.usage : nil
    do throws(KafkaError) {
      try kafka.validate()
      let metadata = try KafkaMetadata.fetch(
        kafka, topics: [topics.scores, topics.changes, topics.alerts, topics.rollups],
        timeoutMilliseconds: 10_000)
      keeping = usage.map { Self.keeping(of: $0, kafka, metadata.isEmbedded) } ?? .all
    } catch {
      throw JobFailure(
        error.code == .invalidArgument ? .configuration : .unavailable,
        "the output topics cannot be read: \(error); check kafka.brokers and the configuration's output"
      )
    }
    guard let usage else { return }
    do throws(KafkaError) {
      _ = try KafkaMetadata.fetch(kafka, topics: [usage], timeoutMilliseconds: 10_000)
    } catch {
      throw JobFailure(
        .unavailable,
        "\(error); a report for a customer needs it: run the job with a policy that has a section usage: "
          + "(docs/usage.md)")
    }
  }

  /// The embedded broker takes nothing out, and does not answer the question.
  private static func keeping(
    of topic: String, _ kafka: KafkaSettings, _ isEmbedded: Bool
  ) -> TopicKeeping {
    if isEmbedded { return .all }
    let settings = try? KafkaAdmin(kafka, timeoutMilliseconds: 5_000).settings(of: [topic])
    return TopicKeeping(settings?[topic])
  }

  package func place(of kind: FeedRecord.Kind) -> String {
    switch kind {
    case .score: topics.scores
    case .change: topics.changes
    case .alert: topics.alerts
    case .rollup: topics.rollups
    case .usage: topics.usage ?? ""
    }
  }

  package func remedy(forEmpty kind: FeedRecord.Kind) -> String {
    let writes = "a running job writes to it at midnight of event time"
    return kind == .usage
      ? writes + ", with a policy that has a section usage: (docs/usage.md)" : writes
  }

  package func scores(
    _ body: (_ account: String, HealthScore?) -> Void
  ) throws(JobFailure) -> ReportExtent {
    try read(
      .score, HealthScoreDecoder.decode, \.at, forget: { body($0, nil) }, { body($0.account, $0) })
  }

  package func changes(_ body: (HealthScore) -> Void) throws(JobFailure) -> ReportExtent {
    try read(.change, HealthScoreDecoder.decode, \.at, body)
  }

  package func alerts(_ body: (HealthAlert) -> Void) throws(JobFailure) -> ReportExtent {
    try read(.alert, HealthAlertDecoder.decode, \.at, body)
  }

  package func rollups(_ body: (HealthRollup) -> Void) throws(JobFailure) -> ReportExtent {
    try read(.rollup, HealthRollupDecoder.decode, \.at, body)
  }

  package func usage(_ body: (AccountUsage) -> Void) throws(JobFailure) -> ReportExtent {
    var extent = try read(.usage, keeping: keeping, AccountUsageDecoder.decode, \.at, body)
    if keeping == .unknown {
      extent.notes.append(
        "the brokers do not tell this client how \(place(of: .usage)) is compacted (DescribeConfigs): a day whose record "
          + "was compacted away looks like one on which nothing changed")
    }
    return extent
  }

  /// The profiles of a topic keyed by account.
  package func profiles(_ topic: String) throws(JobFailure) -> [String: AccountProfile] {
    var profiles: [String: AccountProfile] = [:]
    try scan(topic) { message, _ in
      guard let account = try? AccountMessage.account(key: message.key) else { return }
      // The job refuses the same: the account's earlier profile stays.
      guard let value = message.value else {
        profiles[account] = nil
        return
      }
      if let profile = try? AccountProfileDecoder.decode(value) { profiles[account] = profile }
    }
    return profiles
  }

  /// Gives what the messages hold. One that is not what its topic promises is counted and passed over: the next one of
  /// its key puts it right.
  private func read<Value>(
    _ kind: FeedRecord.Kind, keeping: TopicKeeping = .all,
    _ decode: ([UInt8]) throws(OutputDecodingError) -> Value, _ at: (Value) -> EventTime,
    forget: (_ key: String) -> Void = { _ in }, _ body: (Value) -> Void
  ) throws(JobFailure) -> ReportExtent {
    let now = wallClock()
    var extent = ReportExtent()
    var unreadable = 0
    // Partitions whose oldest records were deleted, until their first one has come.
    var cut: Set<Int32>?
    try scan(place(of: kind)) { message, scan in
      if cut == nil { cut = Set(scan.beginnings.filter { $0.value > 0 }.keys) }
      guard let bytes = message.output else {
        return forget(String(decoding: message.key ?? [], as: UTF8.self))
      }
      let value: Value
      do throws(OutputDecodingError) { value = try decode(bytes) } catch {
        unreadable += 1
        return
      }
      let isFirstLeft = cut?.remove(message.partition) != nil
      if isFirstLeft
        || keeping.mayLackNeighbours(
          writtenMilliseconds: message.timestampMilliseconds, now: now)
      {
        extent.wholeFrom = max(extent.wholeFrom, at(value))
      }
      body(value)
    }
    if unreadable > 0 {
      extent.notes.append(
        "\(place(of: kind)): messages that are none of a job's and were passed over: \(unreadable)")
    }
    return extent
  }

  private func scan(
    _ topic: String, _ body: (TopicMessage, TopicScan) -> Void
  ) throws(JobFailure) {
    let scan = try TopicScan(topic, kafka: kafka, isStopped: isStopped)
    var messages = 0
    let isWhole = try scan.readToEnd { message in
      body(message, scan)
      messages += 1
      if messages % Self.progressMessages == 0 {
        progress(topic, scan.messagesDone, scan.messagesTotal)
      }
      return true
    }
    guard isWhole else { throw JobFailure(.interrupted, "interrupted before the end") }
  }
}
