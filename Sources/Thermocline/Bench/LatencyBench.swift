internal import Histogram
internal import Logging
internal import Synchronization
internal import ThermoclineCore
internal import ThermoclineEngine
package import ThermoclineHealth
internal import ThermoclineKafka

/// Freshness: from the moment an event was to be produced until a consumer sees a score that counts it, through the
/// embedded broker, everything in one process.
///
/// Events go to the accounts in turn, so that the n-th event of account a is event (n − 1) · accounts + a, and the
/// plan says when it was to be sent. A score shows in the measure `events_7d` how many events of the account it
/// counts; the first one that shows n or more makes the account's events up to n visible. Every event is so matched
/// with exactly one score, however many events one score covers. Latency counts from the *planned* time: a producer
/// that is held up delays the events behind it and the delay is theirs, which is the correction for coordinated
/// omission, with nothing estimated.
package struct LatencyBench: Sendable {
  package var rates = [10_000]
  /// Also at half of the most that goes through, which is measured first.
  package var measuresHalf = false
  /// Events sent at once to find the most.
  package var maximumEvents = 200_000
  package var seconds = 10
  /// Seconds before it that are not counted.
  package var warmUpSeconds = 2
  package var accounts = 10_000
  package var partitions = 4
  package var shards = 1
  package var commitMilliseconds = 100
  package var fetchWaitMilliseconds = 1
  package var policy = Policy.standard

  package init() {}

  /// Longest wait for the last scores after the last event.
  private static let patienceNanoseconds: UInt64 = 20_000_000_000

  package func run(progress: (String) -> Void = { _ in }) throws(JobFailure) -> LatencyBenchResult {
    var result = LatencyBenchResult(
      accounts: accounts, partitions: partitions, shards: shards, seconds: seconds,
      commitMilliseconds: commitMilliseconds, fetchWaitMilliseconds: fetchWaitMilliseconds)
    var rates = rates
    if measuresHalf {
      progress("\(maximumEvents) events at once")
      let most = try maximum()
      result.maximumPerSecond = most
      rates.append(max(1, most / 2))
    }
    for rate in rates {
      progress("\(rate) events a second for \(warmUpSeconds) + \(seconds) s")
      let plan = LatencyPlan(
        rate: rate, accounts: accounts, events: rate * (warmUpSeconds + seconds),
        warmUpEvents: rate * warmUpSeconds)
      result.readings.append(try measure(plan))
    }
    return result
  }

  /// Events a second from the first one sent to the last one visible, all sent as fast as they are taken. Producer, broker
  /// and watcher share the machine with the job: it is the most of all of them together.
  private func maximum() throws(JobFailure) -> Int {
    let plan = LatencyPlan(
      rate: 1_000_000_000, accounts: accounts, events: maximumEvents, warmUpEvents: 0)
    let reading = try measure(plan)
    guard reading.invisible == 0 else {
      throw JobFailure(
        .usage,
        "\(reading.invisible) of \(plan.events) events sent at once never became visible; use more partitions"
      )
    }
    return Int(Double(plan.events) / max(reading.cost.seconds, 1e-9))
  }

  private func measure(_ plan: LatencyPlan) throws(JobFailure) -> LatencyReading {
    let broker: EmbeddedBroker
    do throws(KafkaError) {
      let topics = [PipelineBench.topic] + PipelineBench.outputs.all
      broker = try EmbeddedBroker(topics: topics.map { ($0, partitions) })
    } catch { throw JobFailure(.unavailable, "\(error)") }
    let job = try StreamingJob(
      settings(broker), log: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
    let ended = Mutex<JobFailure??>(nil)
    let working = OwnThread("feeder") {
      do throws(JobFailure) {
        try job.run()
        ended.withLock { $0 = .some(nil) }
      } catch { ended.withLock { $0 = error } }
    }
    defer {
      job.stop()
      working.join()
    }
    let watcher = try LatencyWatcher(broker.settings, plan)
    // The job has joined when it has read something: one event of an account outside the plan.
    let producer = try LatencyProducer(broker.settings, plan)
    try producer.sendFirst()
    while job.pipeline.snapshot.totals.read == 0 {
      if case .some(.some(let failure)) = ended.withLock({ $0 }) { throw failure }
      pauseBriefly()
    }
    let begun = monotonicNanoseconds() + 100_000_000
    let watching = OwnThread("watcher") {
      watcher.run(begun: begun)
    }
    let before = PipelineStopwatch(messages: 0)
    let produced = producer.run(begun: begun)
    let deadline = monotonicNanoseconds() + Self.patienceNanoseconds
    while !watcher.isComplete, monotonicNanoseconds() < deadline { pauseBriefly() }
    let cost = before.read(messages: plan.events)
    watcher.finish()
    watching.join()
    if case .failure(let failure) = produced { throw failure }
    if case .some(.some(let failure)) = ended.withLock({ $0 }) { throw failure }
    return watcher.reading(cost)
  }

  private func settings(_ broker: EmbeddedBroker) -> StreamingSettings {
    var settings = StreamingSettings(
      kafka: broker.settings, group: "bench-latency", inputTopics: [PipelineBench.topic],
      outputTopics: PipelineBench.outputs)
    settings.kafka["session.timeout.ms"] = "6000"
    settings.kafka["fetch.wait.max.ms"] = "\(fetchWaitMilliseconds)"
    settings.policy = policy
    settings.shards = shards
    settings.commitInterval = TimeSpan(milliseconds: Int64(commitMilliseconds))
    // Every early score is published, so that every event becomes visible.
    settings.changeMin = .zero
    return settings
  }
}
