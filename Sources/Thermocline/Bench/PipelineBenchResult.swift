internal import ThermoclineHealth

/// The job against an empty consumer, round by round.
package struct PipelineBenchResult: BenchResult {
  package var partitions: Int
  package var shards: Int
  package var messages: Int
  package var scores = 0
  package var empty: [PipelineReading] = []
  package var job: [PipelineReading] = []
  package var comparison: PipelineComparison?
  /// The job with what it is compared with; empty without a comparison.
  package var other: [PipelineReading] = []
  /// A message, in the second half of each round, outside librdkafka; empty when nobody counted.
  package var allocations: [(perMessage: Double, scoresPerMessage: Double)] = []

  package init(
    partitions: Int, shards: Int, messages: Int, comparison: PipelineComparison? = nil
  ) {
    self.partitions = partitions
    self.shards = shards
    self.messages = messages
    self.comparison = comparison
  }

  package let name = "pipeline"

  package var figures: [BenchFigure] {
    [
      BenchFigure("partitions", .count(partitions)),
      BenchFigure("shards", .count(shards)),
      BenchFigure("messages", .count(messages)),
      BenchFigure("scores", .count(scores), "a round"),
      BenchFigure("emptyPerSecond", .number(empty.map(\.messagesPerSecond).middle() ?? 0)),
      BenchFigure("jobPerSecond", .number(job.map(\.messagesPerSecond).middle() ?? 0)),
      BenchFigure("throughputRatio", .number(medianRatio(\.messagesPerSecond))),
      BenchFigure(
        "emptyNanoseconds", .number(empty.map(\.nanosecondsPerMessage).middle() ?? 0),
        "ns CPU a message"),
      BenchFigure(
        "jobNanoseconds", .number(job.map(\.nanosecondsPerMessage).middle() ?? 0),
        "ns CPU a message"),
      BenchFigure("cpuRatio", .number(medianRatio(\.nanosecondsPerMessage))),
      BenchFigure(
        "brokerNanoseconds",
        .number(
          job.map { $0.brokerSeconds / Double(max($0.messages, 1)) * 1e9 }.middle() ?? 0),
        "ns CPU a message, not counted"),
    ]
      + (allocations.isEmpty
        ? []
        : [
          BenchFigure(
            "allocationsPerMessage", .number(allocations.map(\.perMessage).middle() ?? 0)),
          BenchFigure(
            "scoresPerMessage", .number(allocations.map(\.scoresPerMessage).middle() ?? 0),
            "meanwhile"),
        ])
      + compared
      + [
        BenchFigure("emptyRounds", .rows(empty.map(Self.row))),
        BenchFigure("jobRounds", .rows(job.map(Self.row))),
      ]
  }

  /// Beside the job without it, in the same round.
  private var compared: [BenchFigure] {
    guard let name = comparison?.rawValue, !other.isEmpty else { return [] }
    func ratio(_ figure: (PipelineReading) -> Double) -> Double {
      zip(other, job).map { figure($0) / max(figure($1), 1e-9) }.middle() ?? 0
    }
    return [
      BenchFigure("\(name)PerSecond", .number(other.map(\.messagesPerSecond).middle() ?? 0)),
      BenchFigure("\(name)Ratio", .number(ratio(\.messagesPerSecond))),
      BenchFigure("\(name)CPURatio", .number(ratio(\.nanosecondsPerMessage))),
      BenchFigure("\(name)Rounds", .rows(other.map(Self.row))),
    ]
  }

  private func medianRatio(_ figure: (PipelineReading) -> Double) -> Double {
    zip(job, empty).map { figure($0) / max(figure($1), 1e-9) }.middle() ?? 0
  }

  private static func row(_ reading: PipelineReading) -> [BenchFigure] {
    [
      BenchFigure("seconds", .number(reading.seconds), "s"),
      BenchFigure("cpuSeconds", .number(reading.cpuSeconds), "s"),
      BenchFigure("perSecond", .number(reading.messagesPerSecond)),
    ] + reading.threads.map { BenchFigure($0.name, .number($0.seconds), "s") }
  }
}
