package import Logging
internal import Synchronization
internal import ThermoclineCore
package import ThermoclineEngine
internal import ThermoclineHealth
package import ThermoclineKafka

/// The job: Kafka in, windows, scores and alerts, Kafka out. One for a process.
package final class StreamingJob: Sendable {
  package let settings: StreamingSettings
  package let pipeline: Pipeline
  private let setup: HealthSetup
  private let log: Logger
  private let consumer: KafkaConsumer
  private let feeder: KafkaFeeder
  private let sink: SinkBox
  private let profileTopic: ProfileTopic?
  private let overrideTopic: OverrideTopic?
  private let formats: FormatCounts
  private let incidents: IncidentLog
  private let producerFigures = ProducerStatistics()
  private let controlTopic: ControlTopic?
  private let segmentTopic: SegmentTopic?
  private let policyWatch: PolicyWatch?
  /// Of the input topics, as the job found them.
  private let partitionsCounts: [String: Int]

  /// Connects to nothing that `check` did not find: the brokers answer and all topics exist, or it throws.
  package init(_ settings: StreamingSettings, log: Logger) throws(JobFailure) {
    self.settings = settings
    self.log = log
    let incidents = IncidentLog(log)
    self.incidents = incidents
    let counts = try Self.check(settings)
    partitionsCounts = counts
    let book = ProfileBook(settings.profiles)
    let overrides = OverrideBook()
    let controls = ControlBook()
    setup = try HealthSetup(
      policy: settings.policy, profiles: book, windows: settings.windows,
      intake: settings.intake, changeMin: settings.changeMin, forgetAfter: settings.forgetAfter,
      overrides: overrides, controls: controls, exchange: Self.exchange(settings, counts))
    var cache: CheckpointCache?
    if settings.outputTopics.checkpoints != nil, let folder = settings.checkpointCache {
      cache = try CheckpointCache(folder, log: log)
    }
    let pipeline = Pipeline(shards: settings.shards, clock: monotonicNanoseconds)
    self.pipeline = pipeline
    // Every instance gives a partition the same number.
    let slots = PartitionSlots(Self.partitions(settings, counts))
    do throws(KafkaError) {
      let consumer = try KafkaConsumer(
        Self.inputSettings(settings), topics: settings.inputTopics)
      self.consumer = consumer
      let sink = try Self.makeSink(
        settings, consumer: consumer, slots: slots, partitionsCounts: counts,
        statistics: producerFigures, incidents)
      self.sink = SinkBox(cache.map { CachingSink(sink, $0) } ?? sink)
    } catch {
      throw JobFailure(.configuration, "kafka: \(error)")
    }
    let decoder = MessageDecoder(settings.input, futureTolerance: settings.futureTolerance)
    formats = decoder.counts
    let setup = setup
    feeder = KafkaFeeder(
      consumer: consumer, pipeline: pipeline, slots: slots,
      ports: KafkaFeeder.Ports(
        decode: { decoder.decode($0, $1, $2, $3, $4) },
        abandon: { decoder.abandon() },
        latestAccepted: { decoder.latestAccepted },
        work: { setup.work(partition: $0) },
        closed: { setup.model.board.close($0) },
        idle: { Self.setIdle($0, setup.model, pipeline) },
        report: { Self.write($0, to: log, incidents) }, partitionsCounts: counts,
        checkpoints: Self.checkpoints(settings, setup, cache: cache)),
      idleAfter: settings.idleAfter, clock: monotonicNanoseconds)
    let feeder = feeder
    policyWatch = settings.policyFiles.map { files in
      PolicyWatch(PolicyFile.Loaded(policy: settings.policy, files: files), log: log) {
        policy throws(SuccessionObstacle) in
        try Self.take(policy, setup.model, pipeline)
      }
    }
    profileTopic = settings.profilesTopic.map {
      ProfileTopic($0, kafka: settings.kafka, book: book, log: log, failed: { feeder.stop() })
    }
    overrideTopic = settings.overridesTopic.map {
      OverrideTopic(
        $0, kafka: settings.kafka, book: overrides, log: log, failed: { feeder.stop() })
    }
    controlTopic = settings.controlsTopic.map {
      ControlTopic($0, kafka: settings.kafka, book: controls, log: log, failed: { feeder.stop() })
    }
    segmentTopic = Self.segmentTopic(
      settings, setup.model, pipeline, log: log, failed: { feeder.stop() })
  }

  /// What the job sets unless the configuration does: small waits, for scores are wanted within a second.
  ///
  /// librdkafka fetches nothing for a whole second once its queue is over either limit (fixed before 2.2, see its issue
  /// 2879), so the queue must hold more than a second's work: by bytes, whatever the number of messages.
  private static let inputDefaults = [
    "statistics.interval.ms": "5000", "fetch.wait.max.ms": "10", "session.timeout.ms": "10000",
    "queued.max.messages.kbytes": "262144", "queued.min.messages": "10000000",
  ]

  /// The consumer's settings: the configured ones, completed.
  static func inputSettings(_ settings: StreamingSettings) -> KafkaSettings {
    var input = settings.kafka
    input["group.id"] = settings.group
    input["group.instance.id"] = settings.instance
    // Positions and records of a transaction that has not ended are waited for.
    input["isolation.level"] = "read_committed"
    // Marks of transactions at the end of a log are no records that wait.
    input["enable.partition.eof"] = "true"
    for (key, value) in inputDefaults where input[key] == nil { input[key] = value }
    return input
  }

  /// What the reading thread does. Any thread, as all of these.
  package var feederSnapshot: FeederSnapshot { feeder.snapshot }

  /// What was read in each format.
  package var formatCounts: [FormatCounts.Count] { formats.all }

  /// Names of the bands, in the policy's order.
  package var bands: [String] { settings.policy.bands.map(\.name) }

  /// The newest statistics of the Kafka clients; nil before the first.
  package var consumerStatistics: [UInt8]? { consumer.statistics }
  package var producerStatistics: [UInt8]? { producerFigures.newest }

  /// Records waiting in the input, as far as the client knows.
  package var lag: Int { Int(feeder.snapshot.lag) }

  /// How often the pipeline was full and the input had to wait.
  package var waitsCount: Int { feeder.snapshot.waitsCount }

  /// Reads the policy's files again; what is new in them holds from a midnight on. Any thread.
  package func reloadPolicy() {
    guard let policyWatch else {
      return log.info("the policy is built in; there is no file to read")
    }
    policyWatch.reload()
  }

  /// Lets a policy hold from the first midnight of event time on that no partition has come to yet.
  private static func take(
    _ policy: Policy, _ model: HealthModel, _ pipeline: Pipeline
  ) throws(SuccessionObstacle) -> EventTime {
    // Against what holds now or will: the watch has compared it with the last one that was taken.
    let plan = try model.plan.successor(policy)
    let newest = pipeline.snapshot.progress.map(\.watermark).max() ?? .distantPast
    let from =
      newest > .distantPast ? newest.floor(to: .days(1)) + .days(1) : EventTime(milliseconds: 0)
    model.policies.set(plan, from: from)
    return from
  }

  /// Ends the job: what was taken is applied, published and committed, then `run` returns. Brokers that are away are waited
  /// for only so long. Any thread.
  package func stop() {
    pipeline.limitWaiting(seconds: Limits.drainWaitSecondsMax)
    profileTopic?.stop()
    overrideTopic?.stop()
    controlTopic?.stop()
    segmentTopic?.stop()
    feeder.stop()
  }

  /// Ends the job as `stop` does, after a last set of checkpoints; may be asked again. Any thread.
  package func drain() { feeder.drain() }

  /// What came from the profile topic; nil without one. Any thread.
  package var profileCounts: AccountTopicCounts? { profileTopic?.counts }

  /// What came from the override topic; nil without one. Any thread.
  package var overrideCounts: AccountTopicCounts? { overrideTopic?.counts }

  /// What came from the topic of alert controls; nil without one. Any thread.
  package var controlCounts: AccountTopicCounts? { controlTopic?.counts }

  /// Runs until `stop` or a failure it cannot mend. Blocks.
  package func run() throws(JobFailure) {
    // No event is judged before profiles, overrides and controls are known.
    do throws(JobFailure) {
      try prepare()
      try profileTopic?.start()
      try overrideTopic?.start()
      try controlTopic?.start()
      try segmentTopic?.start()
    } catch {
      profileTopic?.finish()
      overrideTopic?.finish()
      controlTopic?.finish()
      segmentTopic?.finish()
      consumer.close()
      throw error
    }
    defer {
      profileTopic?.finish()
      overrideTopic?.finish()
      controlTopic?.finish()
      segmentTopic?.finish()
    }
    policyWatch?.start(every: settings.policyPoll)
    defer { policyWatch?.stop() }
    let publisher = Publisher(
      pipeline, sink.sink, intervalMilliseconds: Int(settings.commitInterval.milliseconds),
      waits: { [incidents] in Self.write($0, incidents) }, failed: { [feeder] in feeder.stop() })
    var failure: KafkaError?
    do throws(KafkaError) { try feeder.run() } catch { failure = error }
    // Whatever ended it, brokers that are away must not keep the job from saying so.
    pipeline.limitWaiting(seconds: Limits.drainWaitSecondsMax)
    if pipeline.snapshot.failure == nil {
      pipeline.flush { $0.drain() }
      publisher.finish()
    }
    consumer.close()
    if let why = pipeline.snapshot.failure { throw JobFailure(.unavailable, "\(why)") }
    if let failure { throw JobFailure(.unavailable, "kafka: \(failure)") }
    if let failure = profileTopic?.failure ?? overrideTopic?.failure
      ?? controlTopic?.failure ?? segmentTopic?.failure
    {
      throw failure
    }
  }

  /// Finds out whether the group's progress fits the input, and takes over what an earlier process left open.
  private func prepare() throws(JobFailure) {
    let partitions = Self.partitions(settings, partitionsCounts)
    let marks: [KafkaPartition: CommitMark]
    do throws(KafkaError) {
      marks = try consumer.committedMarks(partitions, timeoutMilliseconds: 90_000)
    } catch { throw JobFailure(.unavailable, "kafka: \(error)") }
    try Self.checkPartitions(partitionsCounts, marks)
    do throws(OutputSinkError) { try sink.sink.start() } catch {
      throw JobFailure(.unavailable, "\(error)")
    }
  }

  /// Finds out before the start what would go wrong after it; the partitions of the input topics.
  @discardableResult
  package static func check(_ settings: StreamingSettings) throws(JobFailure) -> [String: Int] {
    let brokers = settings.kafka["bootstrap.servers"] ?? ""
    let metadata: KafkaMetadata
    do throws(KafkaError) {
      try settings.kafka.validate()
      metadata = try KafkaMetadata.fetch(
        settings.kafka,
        topics: settings.inputTopics + settings.outputTopics.all
          + [settings.profilesTopic, settings.overridesTopic, settings.controlsTopic].compactMap {
            $0
          },
        timeoutMilliseconds: 10_000)
    } catch {
      switch error.code {
      case let code where code.isUnknownTopic:
        throw JobFailure(.unavailable, "\(error); create it, or name another in the configuration")
      case .invalidArgument:
        throw JobFailure(
          .configuration, "kafka.properties: \(error); \(KafkaRemedy.text(ofSetting: error))")
      default:
        throw JobFailure(
          .unavailable,
          "no broker answers at \(brokers): \(error); check kafka.brokers and the network")
      }
    }
    try checkDelivery(settings, metadata)
    let input = metadata.topics.filter { settings.inputTopics.contains($0.name) }
    return Dictionary(
      input.map { ($0.name, $0.partitionsCount) }, uniquingKeysWith: { first, _ in first })
  }

  private static func write(
    _ report: KafkaReport, to log: Logger, _ incidents: IncidentLog
  ) {
    switch report {
    case .assigned(let partitions, let rebuilding):
      log.info(
        "partitions assigned",
        metadata: ["partitions": "\(partitions.count)", "rebuilding": "\(rebuilding)"])
    case .restored(let partition, let manifest, let committed):
      log.info(
        "partition restored from a checkpoint",
        metadata: [
          "topic": "\(partition.topic)", "partition": "\(partition.partition)",
          "position": "\(manifest.position)", "watermark": "\(manifest.watermark)",
          "rebuilding": "\(committed - manifest.position)",
        ])
    case .checkpointPassedOver(let text):
      log.warning("a checkpoint is passed over", metadata: ["reason": "\(text)"])
    case .drained(true): log.info("the last checkpoints were taken")
    case .drained(false):
      log.warning(
        "the last checkpoints could not be taken in time: the next start reads more again")
    case .revoked(let partitions):
      log.info("partitions revoked", metadata: ["partitions": "\(partitions.count)"])
    case .lost(let partitions):
      log.warning("partitions lost", metadata: ["partitions": "\(partitions.count)"])
    case .failed(let error): incidents.note(error)
    case .log(let line):
      log.debug("librdkafka", metadata: ["facility": "\(line.facility)", "text": "\(line.text)"])
    }
  }
}
