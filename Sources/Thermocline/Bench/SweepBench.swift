internal import ThermoclineCodec
package import ThermoclineCore
internal import ThermoclineEngine
internal import ThermoclineHealth
internal import ThermoclineWindows

/// What an event costs in the windows as length ÷ slide grows: the same decoded events, the same slide, longer and
/// longer windows. Every pane enters its windows and leaves them; accounts are read when they are due.
package struct SweepBench: Sendable {
  package var input: String
  package var slide = TimeSpan.seconds(1)
  package var panes = [10, 60, 1_000, 10_000, 40_000]
  package var eventsMax = 1_000_000
  package var rounds = 3
  package var types = ["login", "feature_click", "bot_call", "session"]

  package init(input: String) { self.input = input }

  package struct Point: Sendable, Equatable {
    /// length ÷ slide
    package var panes: Int
    /// Medians over the rounds.
    package var nanosecondsPerEvent: Double
    package var ratio: Double
    package var readings: Int
    package var storeBytes: Int
  }

  package struct Result: BenchResult {
    package var input: String
    package var slide: TimeSpan
    package var events: Int
    package var rounds: Int
    package var points: [Point]

    package let name = "windows sweep"

    package var figures: [BenchFigure] {
      [
        BenchFigure("input", .text(input)),
        BenchFigure("slide", .text("\(slide)")),
        BenchFigure("events", .count(events)),
        BenchFigure("rounds", .count(rounds)),
        BenchFigure(
          "points",
          .rows(
            points.map {
              [
                BenchFigure("lengthBySlide", .count($0.panes)),
                BenchFigure("nanosecondsPerEvent", .number($0.nanosecondsPerEvent), "ns CPU"),
                BenchFigure("ratioToFirst", .number($0.ratio)),
                BenchFigure("readings", .count($0.readings)),
                BenchFigure("storeBytes", .count($0.storeBytes)),
              ]
            })),
      ]
    }
  }

  package func run() throws(JobFailure) -> Result {
    let batches = try decode()
    let events = batches.reduce(0) { $0 + $1.eventsCount }
    var costs = panes.map { _ in [Double]() }
    var points = panes.map {
      Point(panes: $0, nanosecondsPerEvent: 0, ratio: 0, readings: 0, storeBytes: 0)
    }
    // One round more than is counted: the first warms the caches and the memory allocator up.
    for round in 0...rounds {
      for (i, length) in panes.enumerated() {
        let seconds = try measure(length, batches, &points[i])
        if round > 0 { costs[i].append(seconds / Double(max(events, 1)) * 1e9) }
      }
    }
    for i in points.indices {
      points[i].nanosecondsPerEvent = costs[i].middle() ?? 0
      points[i].ratio = zip(costs[i], costs[0]).map { $0 / $1 }.middle() ?? 0
    }
    return Result(input: input, slide: slide, events: events, rounds: rounds, points: points)
  }

  private func measure(
    _ length: Int, _ batches: [EventBatch], _ point: inout Point
  ) throws(JobFailure) -> Double {
    let span = TimeSpan(milliseconds: slide.milliseconds * Int64(length))
    let plan = try WindowEmission(length: span, slide: slide, types: types).plan()
    var processor = PartitionProcessor(
      partition: 0,
      store: WindowStore(
        plan: plan, settings: WindowSettings(outOfOrderness: .seconds(5), allowedLateness: .zero)),
      observer: DueTotals(plan))
    let output = OutputBatch()
    let start = ProcessUsage.now()
    for batch in batches { processor.process(batch, into: output) }
    let storeBytes = processor.store.bytes
    processor.advance(to: processor.store.newestEvent + span + slide + slide, output)
    point.readings = processor.observer.readingsCount
    point.storeBytes = storeBytes
    return Expense(since: start).cpuSeconds
  }

  /// The first events of the archive, each batch as the reader makes it.
  private func decode() throws(JobFailure) -> [EventBatch] {
    var batches: [EventBatch] = []
    var events = 0
    do throws(ArchiveError) {
      var reader = try ArchiveEventReader(
        path: input, decoder: WindowsBench.decoder, lineBytesMax: 16_384)
      while events < eventsMax {
        let batch = EventBatch(bytesCapacity: 786_432)
        guard try reader.next(into: batch) else { break }
        events += batch.eventsCount
        batches.append(batch)
      }
    } catch { throw ReplayJob.failure(error) }
    return batches
  }
}
