internal import ThermoclineCore
internal import ThermoclineEngine
package import ThermoclineHealth
internal import ThermoclineWindows

/// Memory of many quiet accounts, scored by a policy as the job scores them, in one partition.
/// What the partition says is dropped.
package struct MemoryBench: Sendable {
  package var quiet = QuietAccounts()
  package var weeks = 5
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
    var (random, draws) = (SplitMix64(seed: 7, stream: 1), SplitMix64(seed: 7, stream: 2))
    let before = ProcessUsage.residentBytes()
    let start = ProcessUsage.now()
    for hour in 0..<(weeks * 168) {
      quiet.forEachEvent(hour: hour, &random) { account, time in
        if batch.isFull { apply() }
        quiet.add(account, time, &draws, to: batch)
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
}
