internal import Histogram
internal import Synchronization
internal import ThermoclineKafka

/// A consumer of the scores like any third party's, which notes when each event became visible.
final class LatencyWatcher: Sendable {
  private let plan: LatencyPlan
  private let consumer: KafkaConsumer
  private let state: Mutex<State>
  private let isStopping = Atomic<Bool>(false)
  private let visibleCount = Atomic<Int>(0)

  private struct State {
    /// Microseconds up to an hour, three significant digits.
    var histogram = Histogram<UInt64>(
      lowestDiscernibleValue: 1, highestTrackableValue: 3_600_000_000,
      numberOfSignificantValueDigits: .three)
    var scores = 0
  }

  init(_ kafka: KafkaSettings, _ plan: LatencyPlan) throws(JobFailure) {
    self.plan = plan
    state = Mutex(State())
    let name = PipelineBench.outputs.scores
    do throws(KafkaError) {
      let metadata = try KafkaMetadata.fetch(kafka, topics: [name], timeoutMilliseconds: 10_000)
      var settings = kafka
      settings["group.id"] = "bench-watcher"
      settings["fetch.wait.max.ms"] = "1"
      settings["isolation.level"] = "read_committed"
      consumer = try KafkaConsumer(settings, topics: [name])
      let count = metadata.topics.first?.partitionsCount ?? 0
      try consumer.begin(
        Dictionary(
          uniqueKeysWithValues: (0..<count).map { (KafkaPartition(name, Int32($0)), .beginning) }))
    } catch { throw JobFailure(.unavailable, "reading the scores failed: \(error)") }
  }

  /// Every event of the plan is visible.
  var isComplete: Bool { visibleCount.load(ordering: .acquiring) == plan.events }

  func finish() { isStopping.store(true, ordering: .releasing) }

  /// Reads until `finish`. `begun`: when the plan began.
  func run(begun: UInt64) {
    var seen = [Int](repeating: 0, count: plan.accounts)
    while !isStopping.load(ordering: .acquiring) {
      consumer.poll(timeoutMilliseconds: 10) { record in
        let now = monotonicNanoseconds()
        guard let key = unsafe record.key, let account = unsafe LatencyPlan.account(named: key),
          let value = unsafe record.payload,
          let counted = unsafe Self.eventsCount(in: value)
        else { return .goOn }
        note(account, counted, now, begun, &seen)
        return .goOn
      }
    }
    consumer.close()
  }

  func reading(_ cost: PipelineReading) -> LatencyReading {
    state.withLock { state in
      func milliseconds(_ percentile: Double) -> Double {
        Double(state.histogram.valueAtPercentile(percentile)) / 1_000
      }
      return LatencyReading(
        rate: plan.rate, events: plan.events, counted: Int(state.histogram.totalCount),
        invisible: plan.events - visibleCount.load(ordering: .acquiring), scores: state.scores,
        p50: milliseconds(50), p99: milliseconds(99), p999: milliseconds(99.9),
        max: Double(state.histogram.max) / 1_000, cost: cost)
    }
  }

  private func note(
    _ account: Int, _ counted: Int, _ now: UInt64, _ begun: UInt64, _ seen: inout [Int]
  ) {
    let before = seen[account]
    state.withLock { state in
      state.scores += 1
      for n in stride(from: before + 1, through: counted, by: 1) {
        let event = plan.event(n, of: account)
        guard event >= plan.warmUpEvents else { continue }
        let due = begun + plan.due(event)
        state.histogram.record(now > due ? (now - due) / 1_000 : 0)
      }
    }
    guard counted > before else { return }
    seen[account] = counted
    visibleCount.wrappingAdd(counted - before, ordering: .acquiringAndReleasing)
  }

  private static let marker = Array("{\"name\":\"events_7d\"".utf8)
  private static let valueMarker = Array("\"value\":".utf8)

  /// The value of the measure `events_7d` of a score in JSON; reading all of the score would cost this process
  /// more than making it.
  static func eventsCount(in json: UnsafeRawBufferPointer) -> Int? {
    guard let measure = unsafe end(of: marker, in: json, from: 0),
      let start = unsafe end(of: valueMarker, in: json, from: measure)
    else { return nil }
    var number = 0
    var at = start
    while at < json.count, case let byte = unsafe json[at], byte >= 48, byte < 58, number < 1 << 40
    {
      number = number * 10 + Int(byte - 48)
      at += 1
    }
    return at > start ? number : nil
  }

  private static func end(
    of text: [UInt8], in json: UnsafeRawBufferPointer, from: Int
  ) -> Int? {
    var at = from
    while at + text.count <= json.count {
      var length = 0
      while length < text.count, unsafe json[at + length] == text[length] { length += 1 }
      if length == text.count { return at + length }
      at += 1
    }
    return nil
  }
}
