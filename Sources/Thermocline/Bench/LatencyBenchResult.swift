/// Freshness at one rate, in milliseconds.
package struct LatencyReading: Sendable {
  package var rate: Int
  package var events: Int
  /// Events in the percentiles: all but the warm-up's.
  package var counted: Int
  /// Events that no score had shown when patience ended.
  package var invisible: Int
  package var scores: Int
  package var p50: Double
  package var p99: Double
  package var p999: Double
  package var max: Double
  package var cost: PipelineReading
}

/// Freshness at several rates.
package struct LatencyBenchResult: BenchResult {
  package var accounts: Int
  package var partitions: Int
  package var shards: Int
  package var seconds: Int
  package var commitMilliseconds: Int
  package var fetchWaitMilliseconds: Int
  /// Events a second that went through when all were sent at once; nil when nobody asked.
  package var maximumPerSecond: Int?
  package var readings: [LatencyReading] = []

  package let name = "latency"

  package var figures: [BenchFigure] {
    [
      BenchFigure("accounts", .count(accounts)),
      BenchFigure("partitions", .count(partitions)),
      BenchFigure("shards", .count(shards)),
      BenchFigure("secondsMeasured", .count(seconds), "s"),
      BenchFigure("commitInterval", .count(commitMilliseconds), "ms"),
      BenchFigure("fetchWait", .count(fetchWaitMilliseconds), "ms"),
    ] + (maximumPerSecond.map { [BenchFigure("maximumPerSecond", .count($0))] } ?? []) + [
      BenchFigure("rates", .rows(readings.map(Self.row)))
    ]
  }

  private static func row(_ reading: LatencyReading) -> [BenchFigure] {
    [
      BenchFigure("eventsPerSecond", .count(reading.rate)),
      BenchFigure("p50", .number(reading.p50), "ms"),
      BenchFigure("p99", .number(reading.p99), "ms"),
      BenchFigure("p99.9", .number(reading.p999), "ms"),
      BenchFigure("max", .number(reading.max), "ms"),
      BenchFigure("counted", .count(reading.counted)),
      BenchFigure("invisible", .count(reading.invisible)),
      BenchFigure("scores", .count(reading.scores)),
    ] + reading.cost.threads.map { BenchFigure($0.name, .number($0.seconds), "s") }
  }
}
