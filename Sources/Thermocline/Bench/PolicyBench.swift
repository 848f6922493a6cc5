internal import ThermoclineCodec
internal import ThermoclineCore
package import ThermoclineEngine
package import ThermoclineHealth
internal import ThermoclineWindows

/// What scores, alerts and roll-ups of a policy cost beside the bare counting of events: an archive through reader,
/// decoder, windows, ticks and encoders on one thread, in turn under the policy and under one that only counts.
package struct PolicyBench: Sendable {
  package var input: String
  package var policy = Policy.standard
  package var rounds = 3

  package init(input: String) { self.input = input }

  /// One count of an account's events of a week, and what the least policy has to say of it.
  package static let counting = Policy(
    name: "counting", version: 1, dimensions: [Dimension("events", weight: 1)],
    measures: [
      Measure(
        "events_7d", .count, window: .days(7),
        normalisation: .target(ControlPoints([(0, 0), (100, 100)])), weight: 1,
        dimension: "events")
    ], bands: [Band("all", from: 0)], alerts: AlertPolicy(budget: 0))

  /// One run under one policy.
  package struct Run: Sendable {
    package var counts: EventCounts
    package var expense: Expense
  }

  package struct Result: BenchResult {
    package var input: String
    package var policy: String
    package var counting: [Run]
    package var whole: [Run]

    package let name = "policy"

    /// Events a processor-second under the policy ÷ those when only counting: the median of the rounds.
    package var ratio: Double {
      zip(counting, whole).map { $0.expense.cpuSeconds / max($1.expense.cpuSeconds, 1e-9) }
        .sorted()[counting.count / 2]
    }

    package var figures: [BenchFigure] {
      func row(_ run: Run) -> [BenchFigure] {
        [
          BenchFigure("scores", .count(run.counts.scores)),
          BenchFigure("alerts", .count(run.counts.alerts)),
        ] + run.expense.figures(events: run.counts.read)
      }
      return [
        BenchFigure("input", .text(input)),
        BenchFigure("policy", .text(policy)),
        BenchFigure("events", .count(whole[0].counts.read)),
        BenchFigure("eventsRatio", .number(ratio)),
        BenchFigure("countingRounds", .rows(counting.map(row))),
        BenchFigure("policyRounds", .rows(whole.map(row))),
      ]
    }
  }

  package func run() throws(JobFailure) -> Result {
    var result = Result(input: input, policy: policy.identifier, counting: [], whole: [])
    for _ in 0..<rounds {
      result.counting.append(try run(Self.counting))
      result.whole.append(try run(policy))
    }
    return result
  }

  private func run(_ policy: Policy) throws(JobFailure) -> Run {
    let setup = try HealthSetup(
      policy: policy, profiles: ProfileBook(),
      windows: WindowSettings(outOfOrderness: .minutes(1), allowedLateness: .hours(1)))
    let work = setup.work(partition: 0)
    let batch = EventBatch()
    var counts = EventCounts()
    let start = ProcessUsage.now()
    do throws(ArchiveError) {
      var reader = try ArchiveEventReader(path: input, decoder: WindowsBench.decoder)
      while try reader.next(into: batch) {
        let output = OutputBatch()
        work.process(batch, into: output)
        counts.add(output.counts)
      }
    } catch { throw ReplayJob.failure(error) }
    let output = OutputBatch()
    _ = work.end(output)
    work.drain(output)
    counts.add(output.counts)
    return Run(counts: counts, expense: Expense(since: start))
  }
}
