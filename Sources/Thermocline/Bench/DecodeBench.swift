internal import ThermoclineCodec
internal import ThermoclineCore

/// Reading and decoding an archive, and nothing else.
package struct DecodeBench: Sendable {
  package var input: String
  package var format: InputSettings

  package init(input: String, format: InputSettings) {
    self.input = input
    self.format = format
  }

  package struct Result: BenchResult {
    package var input: String
    package var events: Int
    package var refused: Int
    package var bytes: Int
    /// Σ of the events' values in millionths: proof that every event was read.
    package var valueMicros: Int
    /// Memory allocations an event over the second half of the input; nil when nobody counts them.
    package var allocationsPerEvent: Double?
    package var expense: Expense

    package let name = "decode"

    package var figures: [BenchFigure] {
      [
        BenchFigure("input", .text(input)),
        BenchFigure("events", .count(events)),
        BenchFigure("refused", .count(refused)),
        BenchFigure("bytes", .count(bytes)),
        BenchFigure("valueSum", .number(Double(valueMicros) / 1e6)),
      ] + expense.figures(events: events) + [
        BenchFigure("bytesPerCpuSecond", .number(Double(bytes) / max(expense.cpuSeconds, 1e-9)))
      ] + (allocationsPerEvent.map { [BenchFigure("allocationsPerEvent", .number($0))] } ?? [])
    }
  }

  package func run() throws(JobFailure) -> Result {
    let start = ProcessUsage.now()
    let batch = EventBatch()
    var (events, refused, sum, bytes) = (0, 0, 0, 0)
    var allocations = SteadyAllocations()
    do throws(ArchiveError) {
      var reader = try ArchiveEventReader(
        path: input, decoder: format.decoder(latestAccepted: .distantFuture))
      while try reader.next(into: batch) {
        events += batch.eventsCount
        refused += batch.refusals.count
        for i in 0..<batch.eventsCount { sum &+= Int(batch[i].valueMicros) }
        allocations.look(events: events, bytes: reader.bytesRead, of: reader.bytesTotal)
      }
      bytes = Int(reader.bytesRead)
    } catch { throw ReplayJob.failure(error) }
    return Result(
      input: input, events: events, refused: refused, bytes: bytes, valueMicros: sum,
      allocationsPerEvent: allocations.perEvent,
      expense: Expense(since: start))
  }
}
