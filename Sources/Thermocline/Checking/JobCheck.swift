internal import ThermoclineCore
internal import ThermoclineHealth
internal import ThermoclineKafka
internal import ThermoclineWindows

/// Asks the brokers, with the job's own settings and rights, for what the job will need. Changes nothing that is seen there.
package struct JobCheck {
  private let configuration: JobConfiguration
  private let settings: StreamingSettings
  private let plan: TopicPlan
  private let triesToWrite: Bool

  /// `triesToWrite`: writes to each topic of the job's outputs, in a transaction that is aborted.
  package init(
    _ configuration: JobConfiguration, _ settings: StreamingSettings, triesToWrite: Bool = false
  ) {
    self.configuration = configuration
    self.settings = settings
    self.triesToWrite = triesToWrite
    plan = TopicPlan(configuration, replication: 1)
  }

  /// The oldest brokers whose requests are enough; 2.5 speaks like 2.3 here (``BrokerRelease``).
  private var releaseMin: BrokerRelease {
    settings.guarantee == .exactlyOnce ? BrokerRelease(2, 3) : BrokerRelease(2, 1)
  }

  /// Looks at everything, and says each thing as soon as it is known. Blocks for seconds.
  package func run(_ say: (CheckFinding) -> Void) {
    if let finding = clients() { return say(finding) }
    let metadata: KafkaMetadata
    do throws(KafkaError) {
      metadata = try KafkaMetadata.fetch(settings.kafka, timeoutMilliseconds: 10_000)
    } catch {
      return say(
        CheckFinding(.bad, "brokers: \(error); check kafka.brokers, the network and the rights"))
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
    for finding in tables(found) { say(finding) }
    if let finding = memory(found) { say(finding) }
    for finding in writing(found, metadata) { say(finding) }
  }

  /// Makes the clients as the job makes them: librdkafka holds properties against each other only then.
  private func clients() -> CheckFinding? {
    do throws(KafkaError) {
      try settings.kafka.validate()
      _ = try KafkaConsumer(StreamingJob.inputSettings(settings), topics: settings.inputTopics)
      _ = try KafkaProducer(StreamingJob.outputSettings(settings, id: Self.trialID))
      return nil
    } catch {
      return CheckFinding(.bad, "kafka.properties: \(error); \(KafkaRemedy.text(ofSetting: error))")
    }
  }

  /// Ends a transactional id that no job has.
  private static let trialID = "check-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)

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
    guard settings.guarantee == .exactlyOnce else {
      return CheckFinding(.good, "delivery: at least once")
    }
    // An id of its own, so that no job is fenced. What is left of it at the brokers is forgotten by itself.
    do throws(KafkaError) {
      let producer = try KafkaProducer(StreamingJob.outputSettings(settings, id: Self.trialID))
      try producer.initTransactions(timeoutMilliseconds: 10_000)
    } catch {
      return CheckFinding(
        .bad,
        "delivery: \(error); this client needs Write and Describe on transactional ids that begin with "
          + "\(settings.group)-")
    }
    return CheckFinding(.good, "delivery: exactly once")
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
    let partitions = self.partitions(of: settings.inputTopics, found)
    guard !partitions.isEmpty else { return [] }
    var findings: [CheckFinding] = []
    do throws(KafkaError) {
      let consumer = try reader(of: settings.inputTopics)
      defer { consumer.close() }
      let committed = try consumer.committed(partitions, timeoutMilliseconds: 10_000)
      findings.append(
        CheckFinding(
          .good,
          committed.isEmpty
            ? "group \(settings.group): new, reads from the beginning"
            : "group \(settings.group): has committed \(committed.count) of \(partitions.count) partitions"
        ))
      let newest = try newest(partitions, consumer)
      findings.append(
        newest.isEmpty
          ? CheckFinding(.doubtful, "input: no records yet") : clock(newest.time))
    } catch {
      findings.append(
        CheckFinding(
          .bad,
          "group \(settings.group): \(error); this client needs to read group and input topics"))
    }
    return findings
  }

  /// Whether the topics may be read that the job reads besides its input.
  private func tables(_ found: [String: Int]) -> [CheckFinding] {
    let names = [
      settings.outputTopics.checkpoints, settings.outputTopics.segments, settings.profilesTopic,
      settings.overridesTopic, settings.controlsTopic,
    ].compactMap { $0 }.filter { found[$0] != nil }
    return names.map { name in
      do throws(KafkaError) {
        let consumer = try reader(of: [name])
        defer { consumer.close() }
        _ = try newest(partitions(of: [name], found), consumer)
        return CheckFinding(.good, "topic \(name): may be read")
      } catch {
        return CheckFinding(.bad, "topic \(name): \(error); grant Read on it to this client")
      }
    }
  }

  /// Whether the job's outputs may be written, if that is to be tried.
  private func writing(_ found: [String: Int], _ metadata: KafkaMetadata) -> [CheckFinding] {
    guard triesToWrite else {
      return [CheckFinding(.unknown, "rights to write: not tried; --write tries them")]
    }
    guard !metadata.isEmbedded || settings.isRehearsal else {
      return [CheckFinding(.unknown, "rights to write: the embedded broker lets everyone write")]
    }
    let trial: WriteTrial
    do throws(KafkaError) { trial = try WriteTrial(trialSettings) } catch {
      let what = "a trial needs Write and Describe on transactional ids that begin with"
      return [CheckFinding(.unknown, "rights to write: \(error); \(what) \(settings.group)-")]
    }
    return needed.filter { $0.use == .output && found[$0.name] != nil }.map { trial.run($0.name) }
  }

  /// With transactions under any guarantee: the trial is one.
  private var trialSettings: KafkaSettings {
    var settings = settings
    settings.guarantee = .exactlyOnce
    return StreamingJob.outputSettings(settings, id: Self.trialID)
  }

  private func partitions(of topics: [String], _ found: [String: Int]) -> [KafkaPartition] {
    topics.flatMap { topic in
      (0..<(found[topic] ?? 0)).map { KafkaPartition(topic, Int32($0)) }
    }
  }

  private func reader(of topics: [String]) throws(KafkaError) -> KafkaConsumer {
    try KafkaConsumer(StreamingJob.inputSettings(settings), topics: topics)
  }

  /// Reads the newest record of each partition: whether there is none, and the newest of their times.
  private func newest(
    _ partitions: [KafkaPartition], _ consumer: KafkaConsumer
  ) throws(KafkaError) -> (isEmpty: Bool, time: EventTime?) {
    var starts: [KafkaPartition: KafkaStart] = [:]
    for partition in partitions {
      let log = try consumer.watermarkOffsets(of: partition, timeoutMilliseconds: 10_000)
      if !log.isEmpty { starts[partition] = .offset(log.upperBound - 1) }
    }
    guard !starts.isEmpty else { return (true, nil) }
    try consumer.begin(starts)
    var newest: Int64?
    var read: Set<Int32> = []
    // A last record may be the mark of a transaction, which is not handed out.
    for _ in 0..<30 where read.count < starts.count {
      consumer.poll(timeoutMilliseconds: 100) { record in
        read.insert(record.partition)
        if let time = record.timestampMilliseconds { newest = max(newest ?? time, time) }
        return .goOn
      }
      for case .failed(let error) in consumer.takeEvents() where error.code == .topicNotAuthorized {
        throw error
      }
    }
    return (false, newest.map { EventTime(milliseconds: $0) })
  }

  /// Kafka has no request that tells a broker's time: only a record can, and only that our clock is behind. That ours is
  /// ahead looks like an input that has nothing new.
  private func clock(_ newest: EventTime?) -> CheckFinding {
    guard let newest else {
      return CheckFinding(.unknown, "clock: no record of the input tells its time")
    }
    let ahead = newest - wallClock()
    if ahead > settings.futureTolerance {
      return CheckFinding(
        .bad,
        "clock: the newest record is \(ahead) ahead of this machine's clock, more than "
          + "time.future_tolerance: its events would be refused; look at both clocks")
    }
    return ahead > Self.clockDifferenceMax
      ? CheckFinding(
        .doubtful,
        "clock: the newest record is \(ahead) ahead of this machine's clock; look at both clocks")
      : CheckFinding(.good, "clock: the newest record is of \(newest)")
  }

  private static let clockDifferenceMax = TimeSpan.seconds(2)

  /// Whether this instance could hold what it takes at most.
  private func memory(_ found: [String: Int]) -> CheckFinding? {
    let count = partitions(of: settings.inputTopics, found).count
    guard count > 0, let memory = MachineMemory.bytes() else { return nil }
    let each = settings.windows.bytesMax
    let (sum, isTooLarge) = each.multipliedReportingOverflow(by: count)
    let text =
      "memory: \(count) partitions of at most \(FigureText.bytes(each)) for windows and names (processing.bytes_max)"
    guard isTooLarge || sum > memory else {
      return CheckFinding(.good, "\(text) in \(FigureText.bytes(memory))")
    }
    return CheckFinding(
      .doubtful,
      "\(text) are more than the \(FigureText.bytes(memory)) of this machine or its control group: alone it may be "
        + "killed before it refuses accounts; lower bytes_max, or see docs/operating.md, \"Sizing\""
    )
  }
}
