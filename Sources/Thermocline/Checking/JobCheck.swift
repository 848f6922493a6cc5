internal import ThermoclineCore
internal import ThermoclineHealth
internal import ThermoclineKafka

/// Asks the brokers, with the job's own settings and rights, for what the job will need. Changes nothing there.
package struct JobCheck {
  private let configuration: JobConfiguration
  private let settings: StreamingSettings
  private let plan: TopicPlan

  package init(_ configuration: JobConfiguration, _ settings: StreamingSettings) {
    self.configuration = configuration
    self.settings = settings
    plan = TopicPlan(configuration, replication: 1)
  }

  /// The oldest brokers whose requests are enough; 2.5 speaks like 2.3 here (``BrokerRelease``).
  private var releaseMin: BrokerRelease {
    settings.guarantee == .exactlyOnce ? BrokerRelease(2, 3) : BrokerRelease(2, 1)
  }

  /// Looks at everything, and says each thing as soon as it is known. Blocks for seconds.
  package func run(_ say: (CheckFinding) -> Void) {
    let metadata: KafkaMetadata
    do throws(KafkaError) {
      try settings.kafka.validate()
      metadata = try KafkaMetadata.fetch(settings.kafka, timeoutMilliseconds: 10_000)
    } catch {
      let hint =
        error.code == .invalidArgument
        ? "kafka.properties" : "kafka.brokers, the network and the rights"
      return say(CheckFinding(.bad, "brokers: \(error); check \(hint)"))
    }
    let first = metadata.brokers.first.map { "\($0.host):\($0.port)" } ?? "?"
    say(CheckFinding(.good, "brokers: \(metadata.brokers.count), the first at \(first)"))
    say(finding(BrokerRelease.probe(settings.kafka)))
    say(delivery(metadata))
    let found = Dictionary(
      metadata.topics.map { ($0.name, $0.partitionsCount) }, uniquingKeysWith: { $1 })
    for finding in topics(found) { say(finding) }
    for finding in topicSettings(found, metadata.isEmbedded) { say(finding) }
    for finding in group(found) { say(finding) }
  }

  private func finding(_ release: BrokerRelease?) -> CheckFinding {
    guard let release else {
      return CheckFinding(.unknown, "release: the brokers do not say which requests they know")
    }
    return release < releaseMin
      ? CheckFinding(.bad, "release: the brokers are like Kafka \(release), not \(releaseMin)")
      : CheckFinding(.good, "release: the brokers are like Kafka \(release) or later")
  }

  private func delivery(_ metadata: KafkaMetadata) -> CheckFinding {
    do throws(JobFailure) { try StreamingJob.checkDelivery(settings, metadata) } catch {
      return CheckFinding(.bad, "delivery: \(error)")
    }
    let guarantee = settings.guarantee == .exactlyOnce ? "exactly once" : "at least once"
    return CheckFinding(.good, "delivery: \(guarantee)")
  }

  private var needed: [TopicPlan.Topic] {
    plan.topics.filter { $0.name != configuration.output.usage || settings.policy.usage != nil }
  }

  private func topics(_ found: [String: Int]) -> [CheckFinding] {
    needed.map { topic in
      guard let count = found[topic.name] else {
        return CheckFinding(
          .bad,
          "topic \(topic.name): is not there, or this client may not see it; "
            + "thermocline topics create makes it")
      }
      let partitions = count == 1 ? "1 partition" : "\(count) partitions"
      guard topic.use == .input, count < settings.shards else {
        return CheckFinding(.good, "topic \(topic.name): \(partitions)")
      }
      return CheckFinding(
        .doubtful,
        "topic \(topic.name): \(partitions), fewer than this instance's \(settings.shards) shards")
    }
  }

  private func topicSettings(_ found: [String: Int], _ isEmbedded: Bool) -> [CheckFinding] {
    guard !isEmbedded else {
      // It does not answer the question at all, and the wait for that is long.
      return [CheckFinding(.unknown, "settings of topics: the embedded broker does not tell them")]
    }
    let there = needed.filter { found[$0.name] != nil }
    if there.isEmpty { return [] }
    let settings: [String: [String: String]]
    do throws(KafkaError) {
      settings = try KafkaAdmin(self.settings.kafka, timeoutMilliseconds: 5_000)
        .settings(of: there.map(\.name))
    } catch {
      return [
        CheckFinding(
          .unknown,
          "settings of topics: the broker does not tell them to this client (\(error.name))")
      ]
    }
    let findings = there.flatMap { topic in
      TopicPlan.differences(of: topic, from: settings[topic.name] ?? [:]).map {
        CheckFinding(.doubtful, "topic \(topic.name): \($0)")
      }
    }
    let silent = there.filter { settings[$0.name] == nil }.map(\.name)
    if !silent.isEmpty {
      return findings + [
        CheckFinding(
          .unknown, "settings of \(silent.joined(separator: ", ")): this client may not see them")
      ]
    }
    return findings.isEmpty
      ? [CheckFinding(.good, "settings of topics: as they should be")] : findings
  }

  /// As the group's member would: what it has committed, and the newest record of each partition.
  private func group(_ found: [String: Int]) -> [CheckFinding] {
    let partitions = settings.inputTopics.flatMap { topic in
      (0..<(found[topic] ?? 0)).map { KafkaPartition(topic, Int32($0)) }
    }
    guard !partitions.isEmpty else { return [] }
    var findings: [CheckFinding] = []
    do throws(KafkaError) {
      var input = settings.kafka
      input["group.id"] = settings.group
      let consumer = try KafkaConsumer(input, topics: settings.inputTopics)
      defer { consumer.close() }
      let committed = try consumer.committed(partitions, timeoutMilliseconds: 10_000)
      findings.append(
        CheckFinding(
          .good,
          committed.isEmpty
            ? "group \(settings.group): new, reads from the beginning"
            : "group \(settings.group): has committed \(committed.count) of \(partitions.count) partitions"
        ))
      findings += try newest(partitions, consumer)
    } catch {
      findings.append(
        CheckFinding(
          .bad,
          "group \(settings.group): \(error); this client needs to read group and input topics"))
    }
    findings.append(
      CheckFinding(.unknown, "rights to write: they show with the first record that is written"))
    return findings
  }

  private func newest(
    _ partitions: [KafkaPartition], _ consumer: KafkaConsumer
  ) throws(KafkaError) -> [CheckFinding] {
    var starts: [KafkaPartition: KafkaStart] = [:]
    for partition in partitions {
      let log = try consumer.queryWatermarkOffsets(partition, timeoutMilliseconds: 10_000)
      if !log.isEmpty { starts[partition] = .offset(log.upperBound - 1) }
    }
    guard !starts.isEmpty else { return [CheckFinding(.doubtful, "input: no records yet")] }
    try consumer.begin(starts)
    var newest: Int64?
    var read: Set<Int32> = []
    var failure: KafkaError?
    // A last record may be the mark of a transaction, which is not handed out.
    for _ in 0..<30 where read.count < starts.count && failure == nil {
      consumer.poll(timeoutMilliseconds: 100) { record in
        read.insert(record.partition)
        if let time = record.timestampMilliseconds { newest = max(newest ?? time, time) }
        return .goOn
      }
      for case .failed(let error) in consumer.takeEvents()
      where error.code == .topicNotAuthorized { failure = error }
    }
    if let failure {
      return [CheckFinding(.bad, "input: \(failure); grant Read on it to this client")]
    }
    guard let newest else {
      return [CheckFinding(.unknown, "clock: no record of the input tells its time")]
    }
    let behind = wallClock() - EventTime(milliseconds: newest)
    if TimeSpan.zero - behind > settings.futureTolerance {
      return [
        CheckFinding(
          .bad,
          "clock: the newest record is \(TimeSpan.zero - behind) ahead of this machine's clock, more than "
            + "time.future_tolerance: its events would be refused; look at both clocks")
      ]
    }
    return [
      CheckFinding(.good, "clock: the newest record is of \(EventTime(milliseconds: newest))")
    ]
  }
}
