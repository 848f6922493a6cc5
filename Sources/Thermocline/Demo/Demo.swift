package import Logging
internal import Synchronization
internal import ThermoclineCodec
internal import ThermoclineCore
internal import ThermoclineDashboard
internal import ThermoclineEngine
internal import ThermoclineHealth
internal import ThermoclineKafka
internal import ThermoclinePopulation
package import ThermoclineServer

/// Broker, producer, job and a consumer of its outputs, in one process, all over the Kafka protocol.
package final class Demo: Sendable {
  private let options: DemoOptions
  private let broker: EmbeddedBroker
  private let job: StreamingJob
  private let watcher: OutputWatcher
  private let outputs: KafkaSink.Topics
  private let dashboard = Mutex<DashboardService?>(nil)
  private let progress = Mutex(Progress())
  private let isInterrupted = Atomic<Bool>(false)

  private struct Progress {
    var fraction = 0.0
    var sent = 0
    var produced: Result<ProduceJob.Summary, JobFailure>?
    var ended: JobFailure??
  }

  private static let input = "product-events"
  private static let outputs = KafkaSink.Topics(
    scores: "health-scores", changes: "health-score-changes", alerts: "health-alerts",
    rollups: "health-rollups", deadLetters: "health-dead-letters")
  private static let usage = "health-usage"
  private static let controls = "health-alert-controls"
  /// The embedded broker keeps a few megabytes a partition: the producer never runs further ahead than this.
  private static let aheadMax = 60_000

  package init(_ options: DemoOptions) throws(JobFailure) {
    var outputs = Self.outputs
    var options = options
    if options.isServed {
      outputs.usage = Self.usage
      if options.policy.usage == nil { options.policy.usage = Self.usageRule }
    }
    self.options = options
    self.outputs = outputs
    let topics =
      [Self.input] + outputs.all + (options.isServed ? [Self.controls] : [])
    do throws(KafkaError) {
      broker = try EmbeddedBroker(topics: topics.map { ($0, options.partitions) })
    } catch { throw JobFailure(.unavailable, "\(error)") }
    var settings = StreamingSettings(
      kafka: broker.settings, group: "thermocline-demo", inputTopics: [Self.input],
      outputTopics: outputs)
    if options.isServed { settings.controlsTopic = Self.controls }
    settings.kafka["session.timeout.ms"] = "6000"
    settings.policy = options.policy
    settings.profiles = options.profiles
    settings.windows = options.windows
    settings.futureTolerance = options.futureTolerance
    // Event time runs thousands of times faster than the clock here.
    settings.idleAfter = .zero
    job = try StreamingJob(
      settings, log: Logger(label: "thermocline") { _ in SwiftLogNoOpLogHandler() })
    watcher = try OutputWatcher(broker.settings, topics: outputs)
  }

  /// What the simulated population does on its way to an outcome.
  private static let usageRule = UsageRule(funnel: ["login", "feature_click", "outcome"])

  /// Ends the demo early. Any thread.
  package func interrupt() { isInterrupted.store(true, ordering: .releasing) }

  package var bootstrapServers: String { broker.bootstrapServers }

  /// Serves the dashboard on the demo's topics until `stopServing`; says where. Its options say that it is served.
  package func serve(on address: ListenAddress, log: Logger) throws(JobFailure) -> ListenAddress {
    precondition(options.isServed, "the topics that the dashboard needs are not there")
    var settings = DashboardSettings(kafka: broker.settings, topics: outputs, listen: address)
    settings.controlsTopic = Self.controls
    let telemetry = JobTelemetry(job)
    let service = try DashboardService(
      settings,
      job: {
        do throws(OutputDecodingError) {
          return .success(try JobStatus(StatusReport.json(telemetry.observation)))
        } catch { return .failure(JobUnknown("\(error)")) }
      }, log: log)
    let bound = try service.start()
    dashboard.withLock { $0 = service }
    return bound
  }

  /// Ends the dashboard.
  package func stopServing() {
    let service = dashboard.withLock { dashboard in
      defer { dashboard = nil }
      return dashboard
    }
    service?.stop()
  }

  /// Runs to the end of the input, showing it on the way.
  package func run(show: (DemoSnapshot, _ isLast: Bool) -> Void) throws(JobFailure) -> DemoResult {
    let begun = monotonicNanoseconds()
    let watching = OwnThread("watcher") { [watcher] in watcher.run() }
    let running = OwnThread("feeder") { [self] in
      do throws(JobFailure) {
        try job.run()
        progress.withLock { $0.ended = .some(nil) }
      } catch { progress.withLock { $0.ended = error } }
    }
    let producing = OwnThread("producer") { [self] in produce() }
    var rate = RateMeter()
    while !isDone, !isInterrupted.load(ordering: .acquiring) {
      show(snapshot(&rate), false)
      pauseBriefly()
    }
    producing.join()
    job.stop()
    running.join()
    watcher.finish()
    watching.join()
    show(snapshot(&rate), true)
    let (produced, ended) = progress.withLock { ($0.produced, $0.ended) }
    if case .some(.some(let failure)) = ended { throw failure }
    if isInterrupted.load(ordering: .acquiring) {
      throw JobFailure(.interrupted, "the demo was interrupted; nothing is left behind")
    }
    return try DemoResult(
      options: options, produced: produced?.get(), totals: job.pipeline.snapshot.totals,
      watcher: watcher, seconds: Double(monotonicNanoseconds() - begun) / 1e9)
  }

  private func produce() {
    let source: MessageSource =
      options.inputs.isEmpty ? .population(options.population) : .archives(options.inputs)
    let producer = ProduceJob(source: source, kafka: broker.settings, topic: Self.input)
    do throws(JobFailure) {
      let summary = try producer.run(
        progress: { done, total, _ in
          progress.withLock { $0.fraction = Double(done) / Double(max(total, 1)) }
        },
        pace: { [self] sent, _ in
          if sent % 512 == 0 {
            progress.withLock { $0.sent = sent }
            while sent - job.pipeline.snapshot.totals.read > Self.aheadMax {
              if isInterrupted.load(ordering: .acquiring) || hasEnded { return false }
              pauseBriefly()
            }
          }
          return !isInterrupted.load(ordering: .relaxed)
        })
      progress.withLock {
        $0.sent = summary.messages
        $0.produced = .success(summary)
      }
    } catch { progress.withLock { $0.produced = .failure(error) } }
  }

  private var hasEnded: Bool { progress.withLock { $0.ended != nil } }

  /// Everything that was sent has been read, or the job or the producer has failed.
  private var isDone: Bool {
    let (produced, hasEnded) = progress.withLock { ($0.produced, $0.ended != nil) }
    if hasEnded { return true }
    switch produced {
    case .none: return false
    case .failure: return true
    case .success(let summary):
      let pipeline = job.pipeline.snapshot
      return pipeline.totals.read >= summary.messages
        && pipeline.progress.allSatisfy { $0.watermark >= summary.until ?? .distantPast }
    }
  }

  private func snapshot(_ rate: inout RateMeter) -> DemoSnapshot {
    let pipeline = job.pipeline.snapshot
    let totals = pipeline.totals
    let (fraction, sent) = progress.withLock { ($0.fraction, $0.sent) }
    var snapshot = DemoSnapshot()
    snapshot.title = "thermocline demo"
    // What counts is how far the job is, not the producer ahead of it.
    snapshot.progress = fraction * Double(totals.read) / Double(max(sent, totals.read, 1))
    snapshot.eventTime = pipeline.progress.map(\.watermark).max()
    snapshot.eventsPerSecond = rate.rate(totals.read, now: monotonicNanoseconds())
    if snapshot.eventsPerSecond > 0 {
      let seconds = Double(max(0, sent - totals.read)) / snapshot.eventsPerSecond
      snapshot.lag = TimeSpan(milliseconds: Int64(min(seconds, 86_400) * 1_000))
    }
    snapshot.read = totals.read
    snapshot.applied = totals.applied
    snapshot.late = totals.late
    snapshot.refused = totals.refused
    watcher.withState { state in snapshot.take(state, bands: options.policy.bands.map(\.name)) }
    return snapshot
  }
}

/// Events a second over the last moments.
private struct RateMeter {
  private var last: (count: Int, at: UInt64)?
  private var smoothed = 0.0

  mutating func rate(_ count: Int, now: UInt64) -> Double {
    if let last, now > last.at {
      let rate = Double(count - last.count) / Double(now - last.at) * 1e9
      smoothed = smoothed == 0 ? rate : smoothed * 0.8 + rate * 0.2
    }
    last = (count, now)
    return smoothed
  }
}

extension DemoSnapshot {
  /// Fills in what the consumer of the output topics knows; accounts that fall fastest first.
  fileprivate mutating func take(_ state: OutputWatcher.State, bands names: [String]) {
    var counts: [String: Int] = [:]
    for score in state.scores.values { counts[score.band ?? "none", default: 0] += 1 }
    bands = (names + ["none"]).compactMap { name in counts[name].map { (name, $0) } }
    let worst = state.scores.values.filter { $0.score != nil }.sorted {
      let (a, b) = ($0.trend ?? 0, $1.trend ?? 0)
      return (a, $0.account) < (b, $1.account)
    }
    rows = worst.prefix(24).map { score in
      Row(
        account: score.account, tier: score.tier, score: score.score?.value, band: score.band,
        trend: score.trend, history: state.history[score.account] ?? [], quadrant: score.quadrant,
        reason: score.summary)
    }
    alerts = state.alerts.suffix(7).reversed()
  }
}
