internal import Logging
internal import Synchronization
internal import ThermoclineCore
internal import ThermoclineEngine
package import ThermoclineHealth
internal import ThermoclineWindows

/// A job's state, checkpointed every five minutes of event time while some of its accounts have events, then lost and
/// brought back from the cache on disk. There is no Kafka: manifests, which come from the topic always, stay in memory.
package struct RecoveryBench: Sendable {
  package var quiet = QuietAccounts()
  package var weeks = 2
  package var partitions = 8
  package var shards = 2
  /// Of the accounts, how many have an event between two sets.
  package var share = 0.05
  /// After the first one.
  package var sets = 12
  /// Of each of four stretches at full load, in turn without and with checkpoints every 10 s; 0 = none.
  package var loadSeconds = 0
  package var policy = Policy.standard
  /// For the cache; it is made, its parent must exist.
  package var folder: String

  package init(folder: String) { self.folder = folder }

  package struct Result: BenchResult {
    package let name = "recovery"
    package var figures: [BenchFigure]
    /// Of the state before it was lost, and of that which was brought back.
    package var accounts: (before: Int, after: Int)
  }

  package func run() throws(JobFailure) -> Result {
    let cache = try CheckpointCache(folder, log: Logger(label: "bench"))
    let setup = try fresh()
    let sink = RecoverySink()
    let load = RecoveryLoad(
      quiet, partitions: partitions, shards: shards, sink: CachingSink(sink, cache)
    ) { $1.open($0, setup.work(partition: $0)) }
    var random = SplitMix64(seed: 7, stream: 1)
    // A few hours more than whole days, so that no midnight lies between the sets.
    let hours = weeks * 168 + 6
    for hour in 0..<hours { quiet.forEachEvent(hour: hour, &random) { load.add($0, $1) } }
    load.commit()
    var slot = CheckpointKey.Slot.a
    var figures = [
      BenchFigure("partitions", .count(partitions)), BenchFigure("weeks", .count(weeks)),
    ]
    var changed: [(bytes: Int, expense: Expense)] = []
    for set in 0...sets {
      if set > 0 { feed(load, minute: hours * 60 + set * 5, &random) }
      load.commit()
      _ = sink.takeBytes()
      let start = ProcessUsage.now()
      load.checkpoint(slot, sequence: Int64(set + 1))
      let expense = Expense(since: start)
      slot = slot.other
      if set == 0 {
        figures += cost("first", sink.takeBytes(), expense)
      } else {
        changed.append((sink.takeBytes(), expense))
      }
    }
    let least = changed.min { $0.bytes < $1.bytes }
    if let least { figures += cost("changed", least.bytes, least.expense) }
    figures.append(
      BenchFigure(
        "meanBytesPerAccount",
        .number(each(changed.reduce(0.0) { $0 + Double($1.bytes) } / Double(max(sets, 1)))), "B"))
    let progress = load.pipeline.snapshot.progress
    let accounts = progress.reduce(0) { $0 + $1.accounts }
    if loadSeconds > 0 { figures += overhead(load, from: hours + 2) }
    load.finish()
    let (recovered, more) = try recover(sink.manifests, cache)
    return Result(
      figures: [BenchFigure("accounts", .count(accounts))] + figures + more,
      accounts: (accounts, recovered))
  }

  private func fresh() throws(JobFailure) -> HealthSetup {
    try HealthSetup(
      policy: policy, profiles: ProfileBook(),
      windows: WindowSettings(outOfOrderness: .minutes(1), allowedLateness: .hours(1)))
  }

  /// Events of some accounts, inside five minutes.
  private func feed(_ load: RecoveryLoad, minute: Int, _ random: inout SplitMix64) {
    let chance = UInt64(share * Double(UInt64(1) << 32))
    for account in 0..<quiet.accounts where random.next() >> 32 < chance {
      let offset = Int64(300_000) * Int64(account) / Int64(quiet.accounts)
      load.add(
        account,
        QuietAccounts.begin + .minutes(Int64(minute)) + TimeSpan(milliseconds: offset))
    }
  }

  /// From the manifests and the files until an event of each partition is processed and committed.
  private func recover(
    _ manifests: [String: [UInt8]], _ cache: CheckpointCache
  ) throws(JobFailure) -> (accounts: Int, [BenchFigure]) {
    let setup = try fresh()
    let start = ProcessUsage.now()
    let names = Set((0..<partitions).map(RecoveryLoad.name))
    var shelf = CheckpointShelf(of: names)
    for (key, value) in manifests { shelf.take(key: key, value: value) }
    cache.exchange(with: &shelf, of: names)
    let reading = Expense(since: start)
    let fingerprint = CheckpointFingerprint.of(
      policy: setup.model.plan.fingerprint, windows: setup.windows, intake: setup.intake,
      outside: 0)
    let choice = CheckpointChoice(
      of: names.sorted().map { .init(name: $0, committed: .max, logStart: 0) }, from: shelf,
      fingerprint: fingerprint)
    guard choice.checkpoints.count == partitions else {
      throw JobFailure(.internalError, "\(choice.passedOver)")
    }
    let failure = Mutex<StateError?>(nil)
    let load = RecoveryLoad(
      quiet, partitions: partitions, shards: shards, sink: NullSink(), position: .max / 2
    ) { partition, shard in
      let work = setup.work(partition: partition)
      do throws(StateError) {
        try work.restore(choice.checkpoints[RecoveryLoad.name(partition)]!)
      } catch { failure.withLock { $0 = error } }
      shard.open(partition, work)
    }
    if let failure = failure.withLock({ $0 }) { throw JobFailure(.internalError, "\(failure)") }
    let restoring = Expense(since: start)
    let newest = load.pipeline.snapshot.progress.map(\.watermark).max() ?? QuietAccounts.begin
    for account in 0..<partitions { load.add(account, newest + .minutes(1)) }
    load.commit()
    let all = Expense(since: start)
    let accounts = load.pipeline.snapshot.progress.reduce(0) { $0 + $1.accounts }
    load.finish()
    let state = choice.checkpoints.values.reduce(0) { $0 + $1.manifest.stateBytes }
    let packed = choice.checkpoints.values.reduce(0) { $0 + $1.manifest.packedBytes }
    return (
      accounts,
      [
        BenchFigure("stateBytesPerAccount", .number(each(Double(state))), "B"),
        BenchFigure("packedBytesPerAccount", .number(each(Double(packed))), "B"),
        BenchFigure("readingFiles", .number(reading.seconds), "s"),
        BenchFigure("restored", .number(restoring.seconds), "s"),
        BenchFigure("processingAgain", .number(all.seconds), "s"),
        BenchFigure("recoveryCpuPerAccount", .number(each(all.cpuSeconds) * 1e6), "µs"),
        BenchFigure("peakBytes", .count(ProcessUsage.now().peakBytes)),
      ]
    )
  }

  /// Events a CPU-second at full load, without checkpoints and with them, in turn.
  private func overhead(_ load: RecoveryLoad, from hour: Int) -> [BenchFigure] {
    var events = [0, 0]
    var cpuSeconds = [0.0, 0.0]
    var start = QuietAccounts.begin + .hours(Int64(hour))
    var schedule: CheckpointSchedule? = CheckpointSchedule(
      interval: 10_000_000_000, now: monotonicNanoseconds())
    schedule?.set(Array(0..<partitions))
    var none: CheckpointSchedule?
    // A fifth of a millisecond an event: some hours go by, with their ticks.
    let step = 0.2
    for stretch in 0..<4 {
      let before = ProcessUsage.now()
      let count =
        stretch % 2 == 0
        ? load.run(seconds: loadSeconds, from: start, step: step, schedule: &none)
        : load.run(seconds: loadSeconds, from: start, step: step, schedule: &schedule)
      cpuSeconds[stretch % 2] += Expense(since: before).cpuSeconds
      events[stretch % 2] += count
      start = start + TimeSpan(milliseconds: Int64(Double(count) * step))
    }
    let rates = zip(events, cpuSeconds).map { Double($0) / max($1, 1e-9) }
    return [
      BenchFigure("eventsPerCpuSecondWithout", .number(rates[0])),
      BenchFigure("eventsPerCpuSecondWith", .number(rates[1])),
      BenchFigure("setsUnderLoad", .count(schedule?.setsCount ?? 0)),
      BenchFigure("overhead", .number(1 - rates[1] / max(rates[0], 1e-9))),
    ]
  }

  private func each(_ number: Double) -> Double { number / Double(max(quiet.accounts, 1)) }

  private func cost(_ set: String, _ bytes: Int, _ expense: Expense) -> [BenchFigure] {
    [
      BenchFigure("\(set)BytesPerAccount", .number(each(Double(bytes))), "B"),
      BenchFigure("\(set)CpuPerAccount", .number(each(expense.cpuSeconds) * 1e6), "µs"),
      BenchFigure("\(set)Seconds", .number(expense.seconds), "s"),
    ]
  }
}
