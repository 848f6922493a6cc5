internal import Synchronization
internal import ThermoclineCodec
internal import ThermoclineCore
package import ThermoclineEngine
package import ThermoclineWindows

/// A plain window query over an archive, on the production engine: reader, decoder, store, ticks, rows. Rows are
/// counted and summed, not written.
package struct WindowsBench: Sendable {
  package enum Threads: String, Sendable, CaseIterable {
    /// Decoding and windows on one thread, batch by batch.
    case inline
    /// The job's own pipeline: a reader, a shard, a publisher.
    case pipeline
  }

  package var input: String
  package var emission: WindowEmission
  package var threads = Threads.pipeline
  /// By default the reference query's: nothing of its events is late.
  package var settings = WindowSettings(outOfOrderness: .seconds(5), allowedLateness: .zero)

  /// De-duplication, off by default.
  package var intake = IntakeSettings()

  package init(input: String, emission: WindowEmission) {
    self.input = input
    self.emission = emission
  }

  package func run() throws(JobFailure) -> WindowsBenchResult {
    let start = ProcessUsage.now()
    let tally: Tally
    switch threads {
    case .inline: tally = try runInline()
    case .pipeline: tally = try runPipeline()
    }
    let end = ProcessUsage.now()
    return WindowsBenchResult(
      input: input, query: "\(emission.length)/\(emission.slide)", threads: threads,
      counts: tally.counts, rows: tally.rows, sums: tally.sums, accounts: tally.accounts,
      storeBytes: tally.storeBytes, allocationsPerEvent: tally.allocations,
      expense: Expense(since: start, until: end),
      peakBytes: end.peakBytes)
  }

  /// The answer, as it stands in the partition's work at the end.
  private struct Tally: Sendable {
    var counts = EventCounts()
    var rows = 0
    var sums: [WindowsBenchResult.Sum] = []
    var accounts = 0
    var storeBytes = 0
    var allocations: Double?

    init(_ runner: PartitionRunner<WindowRows>, names: [String]) {
      rows = runner.processor.observer.rowsCount
      let quantities = runner.processor.store.plan.quantities
      let raw = runner.processor.observer.sums
      sums = names.indices.map { i in
        // Sums of values, for example, are kept in millionths.
        let unit = quantities[i].aggregate.isInMillionths ? 1_000_000.0 : 1
        return WindowsBenchResult.Sum(name: names[i], sum: Double(raw[i]) / unit)
      }
      accounts = runner.processor.store.accountsCount
      storeBytes = runner.processor.store.bytes
    }
  }

  private func runInline() throws(JobFailure) -> Tally {
    let runner = try emission.runner(
      partition: 0, settings: settings, intake: intake, writes: false)
    let batch = EventBatch()
    var counts = EventCounts()
    var steady = SteadyAllocations()
    do throws(ArchiveError) {
      var reader = try ArchiveEventReader(path: input, decoder: Self.decoder)
      while try reader.next(into: batch) {
        let output = OutputBatch()
        runner.process(batch, into: output)
        counts.add(output.counts)
        steady.look(events: counts.read, bytes: reader.bytesRead, of: reader.bytesTotal)
      }
    } catch { throw ReplayJob.failure(error) }
    let output = OutputBatch()
    _ = runner.end(output)
    runner.drain(output)
    counts.add(output.counts)
    var tally = Tally(runner, names: emission.names)
    tally.counts = counts
    tally.allocations = steady.perEvent
    return tally
  }

  private func runPipeline() throws(JobFailure) -> Tally {
    _ = try emission.plan()
    let pipeline = Pipeline(shards: 1)
    let publisher = Publisher(pipeline, NullSink())
    let (emission, settings, intake) = (emission, settings, intake)
    pipeline.flush {
      // The plan was made once already: it cannot fail now.
      $0.open(
        0,
        try! emission.runner(partition: 0, settings: settings, intake: intake, writes: false))
    }
    var damage: ArchiveError?
    var steady = SteadyAllocations()
    do throws(ArchiveError) { try feed(pipeline, &steady) } catch { damage = error }
    pipeline.endInput()
    pipeline.flush { $0.drain() }
    let found = Mutex<Tally?>(nil)
    pipeline.flush {
      $0.withPartitions { _, work, _ in
        guard let runner = work as? PartitionRunner<WindowRows> else { return }
        let tally = Tally(runner, names: emission.names)
        found.withLock { $0 = tally }
      }
    }
    publisher.finish()
    if let damage { throw ReplayJob.failure(damage) }
    guard var tally = found.withLock({ $0 }) else {
      preconditionFailure("the partition was opened")
    }
    tally.counts = pipeline.snapshot.totals
    tally.allocations = steady.perEvent
    return tally
  }

  private func feed(
    _ pipeline: Pipeline, _ steady: inout SteadyAllocations
  ) throws(ArchiveError) {
    var events = 0
    var reader = try ArchiveEventReader(path: input, decoder: Self.decoder)
    while true {
      guard let batch = pipeline.takeBatch(partition: 0, waitMilliseconds: 1_000) else { continue }
      let hasMore = try reader.next(into: batch)
      events += batch.eventsCount
      steady.look(events: events, bytes: reader.bytesRead, of: reader.bytesTotal)
      pipeline.shards[0].submit(batch, partition: 0)
      if !hasMore { return }
    }
  }

  /// A recording is measured whatever the clock says.
  static let decoder = FormatDecoder(format: .thermocline, latestAccepted: .distantFuture)
}
