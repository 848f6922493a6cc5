internal import ThermoclineCore
internal import ThermoclineEngine
package import ThermoclineHealth
internal import ThermoclinePopulation
internal import ThermoclineWindows

/// Memory of many quiet accounts, scored by a policy as the job scores them, in one partition.
///
/// Every account has an event in an hour with probability events-a-week ÷ 168, by one of `users` users with one of
/// `features` features, six in ten a click. Events go to the partition already decoded; what it says is dropped.
package struct MemoryBench: Sendable {
  package var accounts = 100_000
  package var eventsPerWeek = 20
  package var weeks = 5
  package var users = 5
  package var features = 8
  package var policy = Policy.standard

  package init() {}

  package struct Result: BenchResult {
    package var policy: String
    package var accounts: Int
    package var events: Int
    package var weeks: Int
    package var scores: Int
    package var storeBytes: Int
    /// Held for scores and alerts.
    package var healthBytes: Int
    package var storeParts: [(part: String, bytes: Int)]
    package var residentGrowth: Int
    package var peakBytes: Int
    package var expense: Expense
    package var checkpoint: CheckpointBench

    package let name = "memory"

    package var figures: [BenchFigure] {
      let each = Double(max(accounts, 1))
      return [
        BenchFigure("policy", .text(policy)),
        BenchFigure("accounts", .count(accounts)),
        BenchFigure("weeks", .count(weeks)),
        BenchFigure("events", .count(events)),
        BenchFigure("scores", .count(scores)),
        BenchFigure("storeBytesPerAccount", .number(Double(storeBytes) / each), "B"),
        BenchFigure("healthBytesPerAccount", .number(Double(healthBytes) / each), "B"),
        BenchFigure("residentBytesPerAccount", .number(Double(residentGrowth) / each), "B"),
        BenchFigure("storeBytes", .count(storeBytes)),
        BenchFigure("residentGrowth", .count(residentGrowth)),
        BenchFigure("peakBytes", .count(peakBytes)),
      ]
        + storeParts.map {
          BenchFigure("\($0.part)BytesPerAccount", .number(Double($0.bytes) / each), "B")
        } + checkpoint.figures(accounts: accounts) + expense.figures(events: events)
    }
  }

  package func run() throws(JobFailure) -> Result {
    let setup = try HealthSetup(
      policy: policy, profiles: ProfileBook(),
      windows: WindowSettings(outOfOrderness: .minutes(1), allowedLateness: .hours(1)))
    func partition() -> PartitionRunner<HealthObserver> {
      PartitionRunner(
        PartitionProcessor(
          partition: 0, store: WindowStore(plan: setup.model.windows, settings: setup.windows),
          observer: HealthObserver(setup.model, partition: 0)))
    }
    let runner = partition()
    let batch = EventBatch()
    var counts = EventCounts()
    var random = SplitMix64(seed: 7, stream: 1)
    let before = ProcessUsage.residentBytes()
    let start = ProcessUsage.now()
    let begin = EventTime(year: 2026, month: 1, day: 5)
    // The chance of an event in an hour, in 2⁻³² steps.
    let chance = UInt64(eventsPerWeek) << 32 / 168
    for hour in 0..<(weeks * 168) {
      for account in 0..<accounts where random.next() >> 32 < chance {
        if batch.isFull { apply() }
        let offset = Int64(3_600_000) * Int64(account) / Int64(accounts)
        let time = begin + .hours(Int64(hour)) + TimeSpan(milliseconds: offset)
        add(account, time, &random, to: batch)
      }
    }
    apply()
    let expense = Expense(since: start)
    let residentGrowth = ProcessUsage.residentBytes() - before
    let peakBytes = ProcessUsage.now().peakBytes
    func apply() {
      let output = OutputBatch()
      runner.process(batch, into: output)
      counts.add(output.counts)
      batch.clear()
    }
    return Result(
      policy: policy.identifier, accounts: runner.processor.store.accountsCount,
      events: counts.read,
      weeks: weeks, scores: counts.scores, storeBytes: runner.processor.store.bytes,
      healthBytes: runner.processor.observer.bytes,
      storeParts: runner.processor.store.bytesOfParts.named,
      residentGrowth: residentGrowth, peakBytes: peakBytes, expense: expense,
      checkpoint: try CheckpointBench(of: runner, fresh: partition))
  }

  private func add(
    _ account: Int, _ time: EventTime, _ random: inout SplitMix64, to batch: EventBatch
  ) {
    var event = EventRecord()
    event.time = time.milliseconds
    let draw = Int(random.next() >> 33)
    event.account = text("acct-\(1_000_000 + account)", in: batch)
    event.user = text("u-\(1_000_000 + account)-\(draw % users)", in: batch)
    switch draw / 64 % 10 {
    case 0..<6:
      event.type = text("feature_click", in: batch)
      event.feature = text("feature-\(draw / 1_024 % features)", in: batch)
    case 6, 7: event.type = text("bot_call", in: batch)
    case 8: event.type = text("session", in: batch)
    default: event.type = text("login", in: batch)
    }
    batch.append(event)
  }

  private func text(_ text: String, in batch: EventBatch) -> ByteRange {
    var text = text
    return text.withUTF8 { unsafe batch.append(bytes: UnsafeRawBufferPointer($0)) } ?? .absent
  }
}
