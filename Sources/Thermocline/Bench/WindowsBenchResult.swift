package import ThermoclineEngine

/// What a window query came to, and what it cost.
package struct WindowsBenchResult: BenchResult {
  /// Σ of one column over all rows.
  package struct Sum: Sendable, Equatable {
    package var name: String
    package var sum: Double
  }

  package var input: String
  /// length/slide
  package var query: String
  package var threads: WindowsBench.Threads
  package var counts: EventCounts
  package var rows: Int
  package var sums: [Sum]
  package var accounts: Int
  package var storeBytes: Int
  /// In the second half of the archive; nil when nobody counted them.
  package var allocationsPerEvent: Double?
  package var expense: Expense
  package var peakBytes: Int

  /// What must be the same on every machine and however many threads, on one line.
  package var answer: String {
    (["rows \(rows)"] + sums.map { "\($0.name) \($0.sum)" }).joined(separator: ", ")
  }

  package let name = "windows"

  package var figures: [BenchFigure] {
    [
      BenchFigure("input", .text(input)),
      BenchFigure("query", .text(query)),
      BenchFigure("threads", .text(threads.rawValue)),
      BenchFigure("events", .count(counts.read)),
      BenchFigure("late", .count(counts.late)),
      BenchFigure("refused", .count(counts.refused)),
      BenchFigure("rows", .count(rows)),
      BenchFigure(
        "sums",
        .rows([sums.map { BenchFigure($0.name, .number($0.sum)) }])),
      BenchFigure("accounts", .count(accounts)),
    ] + expense.figures(events: counts.read) + [
      BenchFigure("storeBytes", .count(storeBytes)),
      BenchFigure("peakBytes", .count(peakBytes)),
    ] + (allocationsPerEvent.map { [BenchFigure("allocationsPerEvent", .number($0))] } ?? [])
  }
}

extension Expense {
  /// Times, and what they are for each event.
  func figures(events: Int) -> [BenchFigure] {
    [
      BenchFigure("seconds", .number(seconds), "s"),
      BenchFigure("userSeconds", .number(userSeconds), "s"),
      BenchFigure("systemSeconds", .number(systemSeconds), "s"),
      BenchFigure("cpuSeconds", .number(cpuSeconds), "s"),
      BenchFigure("eventsPerSecond", .number(eventsPerSecond(events))),
      BenchFigure("eventsPerCpuSecond", .number(eventsPerCPUSecond(events))),
      BenchFigure(
        "nanosecondsPerEvent", .number(cpuSeconds / Double(max(events, 1)) * 1e9), "ns CPU"),
    ]
  }
}
