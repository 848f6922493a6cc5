internal import Logging
internal import Synchronization
internal import ThermoclineCore
internal import ThermoclineEngine
package import ThermoclineHealth
package import ThermoclineKafka

/// The whole job over a retained log: consume, decode, windows, scores, publish; against the same consumer
/// configuration consuming into nothing. Both read the same log again and again, in turn.
///
/// The log lies in the embedded broker, in this process. Where the system tells threads apart (Linux), its processor
/// time is left out of both; otherwise it is in both. Named brokers have processes of their own.
package struct PipelineBench: Sendable {
  package var source: MessageSource
  package var partitions = 16
  package var shards = 1
  package var rounds = 3
  package var policy = Policy.standard
  /// The embedded broker takes transactions' requests, and answers without the work behind them.
  package var guarantee = DeliveryGuarantee.atLeastOnce
  /// The job once more in each round, with something else; nil = once.
  package var comparison: PipelineComparison?
  /// Brokers to use instead of an embedded one; the topics are made, and stay.
  package var brokers: KafkaSettings?
  /// What is made on named brokers ends with this.
  private let mark = "-bench-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)

  package init(source: MessageSource) { self.source = source }

  static let topic = "product-events"
  static let outputs = KafkaSink.Topics(
    scores: "health-scores", changes: "health-score-changes", alerts: "health-alerts",
    rollups: "health-rollups", deadLetters: "health-dead-letters")

  private var inputTopic: String { Self.topic + mark }
  private var outputTopics: KafkaSink.Topics {
    let names = Self.outputs
    return KafkaSink.Topics(
      scores: names.scores + mark, changes: names.changes + mark, alerts: names.alerts + mark,
      rollups: names.rollups + mark, deadLetters: names.deadLetters + mark)
  }

  /// - Parameter progress: called with what is being done.
  package func run(
    progress: (String) -> Void = { _ in }
  ) throws(JobFailure) -> PipelineBenchResult {
    let (kafka, broker) = try topics()
    // An embedded one lives as long as it is held.
    defer { withExtendedLifetime(broker) {} }
    progress("filling the log")
    let log = try fill(kafka)
    let messages = log.messages
    var result = PipelineBenchResult(
      partitions: partitions, shards: shards, messages: messages, comparison: comparison)
    for round in 0..<rounds {
      progress("round \(round + 1) of \(rounds): empty consumer")
      result.empty.append(
        try timed(log, \.messages) { mark throws(JobFailure) in
          try consume(kafka, "\(round)\(mark)", log)
        })
      progress("round \(round + 1) of \(rounds): job")
      let (reading, scores, steady) = try timed(log, \.0.messages) { mark throws(JobFailure) in
        try work(kafka, guarantee, "\(round)\(mark)", log)
      }
      result.job.append(reading)
      result.scores = scores
      if let allocations = steady.perEvent, let scores = steady.scoresPerEvent {
        result.allocations.append((allocations, scores))
      }
      switch comparison {
      case .otherGuarantee:
        let other: DeliveryGuarantee = guarantee == .atLeastOnce ? .exactlyOnce : .atLeastOnce
        progress("round \(round + 1) of \(rounds): job, \(other)")
        result.other.append(
          try timed(log, \.messages) { mark throws(JobFailure) in
            try work(kafka, other, "\(round)\(mark)", log).0
          })
      case .watched:
        progress("round \(round + 1) of \(rounds): job, watched")
        result.other.append(
          try timed(log, \.messages) { mark throws(JobFailure) in
            try work(kafka, guarantee, "\(round)\(mark)", log, isWatched: true).0
          })
      case nil: break
      }
    }
    return result
  }

  /// Of several passages over the log the first whose clock had most of it before it, else the one that had most: what
  /// librdkafka has fetched of some partitions before it begins the others costs the clock nothing. A small log is over in any case.
  private func timed<Passage>(
    _ log: Log, _ timed: (Passage) -> Int,
    _ passage: (_ mark: String) throws(JobFailure) -> Passage
  ) throws(JobFailure) -> Passage {
    var best = try passage("")
    var tries = 1
    while log.messages >= Self.repeatableMessages, 3 * timed(best) < 2 * log.messages, tries < 8 {
      let next = try passage("-\(tries)")
      if timed(next) > timed(best) { best = next }
      tries += 1
    }
    return best
  }

  private static let repeatableMessages = 100_000

  /// The brokers with their topics.
  private func topics() throws(JobFailure) -> (KafkaSettings, EmbeddedBroker?) {
    let names = [inputTopic] + outputTopics.all
    do throws(KafkaError) {
      guard let brokers else {
        let broker = try EmbeddedBroker(topics: names.map { ($0, partitions) })
        return (broker.settings, broker)
      }
      let made = try KafkaAdmin(brokers).create(
        names.map {
          KafkaTopicSpec(
            name: $0, partitions: partitions, replication: 1, settings: ["retention.ms": "-1"])
        })
      if let error = made.compactMap(\.error).first { throw error }
      return (brokers, nil)
    } catch { throw JobFailure(.unavailable, "\(error)") }
  }

  /// What is retained.
  private struct Log {
    var messages = 0
    /// Partitions with any message. librdkafka begins each of them by itself, some half a second after others, so
    /// that clocks start when all of them have been heard.
    var filled = 0
  }

  /// Sends everything once; all of it must be retained.
  private func fill(_ brokers: KafkaSettings) throws(JobFailure) -> Log {
    var kafka = brokers
    // As much as the broker retains, which counts what it stores. Reading costs the same at every level.
    kafka["compression.level"] = "12"
    let producing = ProduceJob(source: source, kafka: kafka, topic: inputTopic)
    _ = try producing.run(progress: { _, _, _ in })
    var log = Log()
    do throws(KafkaError) {
      let consumer = try KafkaConsumer(
        settings(brokers, "bench-look" + mark, guarantee).kafka, topics: [inputTopic])
      defer { consumer.close() }
      for partition in 0..<partitions {
        let offsets = try consumer.watermarkOffsets(
          of: KafkaPartition(inputTopic, Int32(partition)), timeoutMilliseconds: 10_000)
        guard offsets.lowerBound == 0 else {
          throw KafkaError(
            .invalidArgument,
            "partition \(partition) is larger than the embedded broker retains; use more partitions "
              + "or fewer events")
        }
        log.messages += Int(offsets.upperBound)
        if !offsets.isEmpty { log.filled += 1 }
      }
    } catch { throw JobFailure(.usage, "\(error)") }
    return log
  }

  private func settings(
    _ kafka: KafkaSettings, _ group: String, _ guarantee: DeliveryGuarantee
  ) -> StreamingSettings {
    var settings = StreamingSettings(
      kafka: kafka, group: group, inputTopics: [inputTopic], outputTopics: outputTopics)
    settings.kafka["session.timeout.ms"] = "6000"
    settings.kafka["group.id"] = group
    settings.policy = policy
    settings.guarantee = guarantee
    settings.isRehearsal = true
    settings.shards = shards
    // A recording's time has nothing to do with the clock. A clock that is wrong stays one: a partition that ran ahead
    // of all others by centuries would wait for them with every alert, and its position with it.
    settings.idleAfter = .zero
    return settings
  }

  private func consume(
    _ kafka: KafkaSettings, _ round: String, _ log: Log
  ) throws(JobFailure) -> PipelineReading {
    let messages = log.messages
    do throws(KafkaError) {
      let settings = StreamingJob.inputSettings(
        settings(kafka, "bench-empty-\(round)\(mark)", guarantee))
      let consumer = try KafkaConsumer(settings, topics: [inputTopic])
      defer { consumer.close() }
      try consumer.subscribe()
      var seen = 0
      var isHeard = Array(repeating: false, count: partitions)
      var silent = log.filled
      var stopwatch: PipelineStopwatch?
      while seen < messages {
        consumer.poll(timeoutMilliseconds: 10) { record in
          seen += 1
          if !isHeard[Int(record.partition)] {
            isHeard[Int(record.partition)] = true
            silent -= 1
          }
          return .goOn
        }
        if stopwatch == nil, silent == 0 { stopwatch = PipelineStopwatch(messages: seen) }
        for event in consumer.takeEvents() {
          guard case .assigned(let list) = event else { continue }
          try consumer.begin(Dictionary(uniqueKeysWithValues: list.map { ($0, .beginning) }))
        }
      }
      return (stopwatch ?? PipelineStopwatch(messages: 0)).read(messages: seen)
    } catch { throw JobFailure(.unavailable, "consuming into nothing failed: \(error)") }
  }

  private func work(
    _ kafka: KafkaSettings, _ guarantee: DeliveryGuarantee, _ round: String, _ input: Log,
    isWatched: Bool = false
  ) throws(JobFailure) -> (PipelineReading, scores: Int, SteadyAllocations) {
    let messages = input.messages
    let log = isWatched ? Self.keptLog() : Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
    let name = "\(guarantee.rawValue)-\(isWatched ? "watched-" : "")\(round)"
    let job = try StreamingJob(settings(kafka, "bench-job-\(name)\(mark)", guarantee), log: log)
    let scraper = isWatched ? try JobScraper(job, log: log) : nil
    let ended = Mutex<JobFailure??>(nil)
    let thread = OwnThread("feeder") {
      do throws(JobFailure) {
        try job.run()
        ended.withLock { $0 = .some(nil) }
      } catch { ended.withLock { $0 = error } }
    }
    var stopwatch: PipelineStopwatch?
    var done = 0
    var patience = Patience(seconds: 60)
    var steady = SteadyAllocations()
    Allocations.watch()
    var isCurrent = false
    while !isCurrent, ended.withLock({ $0 == nil }), !patience.isOver {
      pauseBriefly(milliseconds: 5)
      let snapshot = job.pipeline.snapshot
      done = snapshot.progress.reduce(0) { $0 + Int($1.nextPosition) }
      // The scores show every event.
      isCurrent = done >= messages && !snapshot.progress.contains { $0.hasUnread }
      steady.look(
        events: done, scores: snapshot.totals.scores, bytes: Int64(done), of: Int64(messages))
      patience.note(snapshot.totals.read + done)
      if stopwatch == nil, snapshot.progress.count(where: { $0.nextPosition > 0 }) == input.filled {
        stopwatch = PipelineStopwatch(messages: done)
      }
    }
    // And the broker has them.
    if isCurrent { job.pipeline.commitAll() }
    let reading = (stopwatch ?? PipelineStopwatch(messages: 0)).read(messages: done)
    let scrapes = scraper?.stop()
    job.stop()
    thread.join()
    if case .some(.some(let failure)) = ended.withLock({ $0 }) { throw failure }
    guard isCurrent else {
      throw JobFailure(
        .internalError,
        "the job stands still at \(done) of \(messages) messages: \(job.pipeline.snapshot.progress)"
      )
    }
    guard scrapes != 0 else {
      throw JobFailure(
        .usage, "the job was done before its metrics were asked for; use more events")
    }
    return (reading, job.pipeline.snapshot.totals.scores, steady)
  }

  /// A log whose lines are made, and written nowhere.
  private static func keptLog() -> Logger {
    Logger(label: "bench") { _ in JobLogHandler(.json) { _ in } }
  }
}
