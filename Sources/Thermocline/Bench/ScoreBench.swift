internal import ThermoclineCore
internal import ThermoclineEngine
package import ThermoclineHealth
internal import ThermoclinePopulation
internal import ThermoclineProtobuf
internal import ThermoclineWindows

/// Working out a score, and writing the one that is published: what follows the windows at a tick.
///
/// Readings by chance, of accounts with a past; two thirds of their quantities are above 0.
package struct ScoreBench: Sendable {
  package var accounts: Int
  package var rounds: Int
  package var policy = Policy.standard

  package init(accounts: Int = 1_000, rounds: Int = 300) {
    self.accounts = accounts
    self.rounds = rounds
  }

  package struct Result: BenchResult {
    package var policy: String
    package var accounts: Int
    package var measures: Int
    package var scores: Int
    /// Σ of the scores in ten-thousandths of a point: proof that each was worked out.
    package var points: Int
    /// Of the published scores.
    package var bytes: Int
    /// Of processor time.
    package var evaluationNanoseconds: Double
    package var publishingNanoseconds: Double
    /// From the published JSON, for whom wants Protobuf.
    package var protobufNanoseconds: Double
    /// Of the scores of one round.
    package var protobufBytes: Int
    /// nil when nobody counts.
    package var evaluationAllocations: Double?
    package var publishingAllocations: Double?

    package let name = "scores"

    package var figures: [BenchFigure] {
      [
        BenchFigure("policy", .text(policy)),
        BenchFigure("measures", .count(measures)),
        BenchFigure("scores", .count(scores)),
        BenchFigure("pointsSum", .number(Double(points) / 10_000)),
        BenchFigure("bytesPerScore", .number(Double(bytes) / Double(max(scores, 1))), "B"),
        BenchFigure("nanosecondsPerEvaluation", .number(evaluationNanoseconds), "ns"),
        BenchFigure("nanosecondsPerPublishedScore", .number(publishingNanoseconds), "ns"),
        BenchFigure("nanosecondsPerProtobuf", .number(protobufNanoseconds), "ns"),
        BenchFigure(
          "bytesPerProtobuf", .number(Double(protobufBytes) / Double(max(accounts, 1))), "B"),
      ] + allocations("PerEvaluation", evaluationAllocations)
        + allocations("PerPublishedScore", publishingAllocations)
    }

    private func allocations(_ what: String, _ number: Double?) -> [BenchFigure] {
      number.map { [BenchFigure("allocations" + what, .number($0))] } ?? []
    }
  }

  package func run() -> Result {
    let plan = PolicyPlan(policy)
    var random = SplitMix64(seed: 7, stream: 2)
    let readings = (0..<accounts).map { _ in reading(plan, &random) }
    let names = (0..<accounts).map { "acct-\(1_000_000 + $0)" }
    var sheet = ScoreSheet(plan)
    var table = ScoreTable(plan)
    table.extend(to: accounts)
    var (points, bytes) = (0, 0)
    // Everybody has a past, and all buffers have their size.
    for account in 0..<accounts {
      sheet.evaluate(readings[account], seats: 0, account: UInt32(account), &table)
      sheet.commit(UInt32(account), to: &table)
    }
    let start = Look()
    for _ in 0..<rounds {
      for account in 0..<accounts {
        sheet.evaluate(readings[account], seats: 0, account: UInt32(account), &table)
        points += Int(max(sheet.points, 0))
      }
    }
    let middle = Look()
    var encoder = ScoreEncoder(plan)
    var profiles = ProfileRegister(plan.variants)
    let overrides = OverrideRegister(bands: [])
    var text = TextBuffer(capacity: 1 << 16)
    var name = TextBuffer()
    let output = OutputBatch()
    for round in 0...rounds {
      // The first round is for the buffers' size.
      if round == 1 { bytes = 0 }
      output.bytes.removeAll(keepingCapacity: true)
      output.records.removeAll(keepingCapacity: true)
      for account in 0..<accounts {
        sheet.evaluate(readings[account], seats: 0, account: UInt32(account), &table)
        text.clear()
        name.clear()
        name.append(text: names[account])
        encoder.encode(
          &sheet, account: name, profile: 0, &profiles, override: 0, overrides, into: &text)
        output.add(.scores, key: name, at: sheet.at, value: text)
        bytes += text.count
      }
    }
    let end = Look()
    // The scores of the last round.
    var protobufBytes = 0
    for record in output.records {
      let message = try? ProtobufMessage.score.encode(json: Array(output.bytes[record.value]))
      protobufBytes += message?.count ?? 0
    }
    let protobuf = Look().since(end, accounts)
    let scores = accounts * rounds
    let evaluation = middle.since(start, scores)
    // The first round's part is that of one in rounds + 1.
    let both = end.since(middle, accounts * (rounds + 1))
    return Result(
      policy: policy.identifier, accounts: accounts, measures: policy.measures.count,
      scores: scores,
      points: points, bytes: bytes, evaluationNanoseconds: evaluation.nanoseconds,
      publishingNanoseconds: both.nanoseconds - evaluation.nanoseconds,
      protobufNanoseconds: protobuf.nanoseconds, protobufBytes: protobufBytes,
      evaluationAllocations: evaluation.allocations, publishingAllocations: both.allocations)
  }

  /// A moment: processor time and allocations so far.
  private struct Look {
    let usage = ProcessUsage.now()
    let allocations = Allocations.count()

    func since(_ start: Look, _ count: Int) -> (nanoseconds: Double, allocations: Double?) {
      let each = Double(max(count, 1))
      var found: Double?
      if let now = allocations, let before = start.allocations {
        found = Double(now - before) / each
      }
      let expense = Expense(since: start.usage, until: usage)
      return (expense.cpuSeconds * 1e9 / each, found)
    }
  }

  private func reading(_ plan: PolicyPlan, _ random: inout SplitMix64) -> WindowReading {
    let at = EventTime(year: 2026, month: 3, day: 1)
    let values = plan.quantities.map { quantity -> Int64 in
      let draw = Int64(random.next() >> 40)
      if draw % 3 == 0 { return 0 }
      return quantity.aggregate == .sum ? draw : 1 + draw % 40
    }
    return WindowReading(
      at: at, values: values, lastEvent: at - .hours(Int64(random.next() >> 57)),
      firstEvent: at - .days(100), isFinal: true)
  }
}
