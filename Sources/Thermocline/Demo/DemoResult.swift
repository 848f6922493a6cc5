internal import ThermoclineCodec
package import ThermoclineCore
package import ThermoclineEngine
internal import ThermoclineHealth
package import ThermoclinePopulation

/// What came of a demo, for a person and for programs.
package struct DemoResult: Sendable {
  package var messages: Int
  package var totals: EventCounts
  package var seconds: Double
  package var bands: [String: Int]
  package var alerts: [HealthAlert]
  /// Of the portfolio and of each tier, as of the last midnight.
  package var rollups: [HealthRollup]
  package var deadLetters: [String: Int]
  /// Against the ground truth; nil for real events, whose truth nobody knows.
  package var comparison: AlertComparison?

  /// Also writes the scores and alerts when the options say where.
  init(
    options: DemoOptions, produced: ProduceJob.Summary?, totals: EventCounts,
    watcher: OutputWatcher, seconds: Double
  ) throws(JobFailure) {
    messages = produced?.messages ?? 0
    self.totals = totals
    self.seconds = seconds
    let state = watcher.withState { $0 }
    bands = state.scores.values.reduce(into: [:]) { $0[$1.band ?? "none", default: 0] += 1 }
    alerts = state.alerts
    rollups = RollupTable.choice(state.rollups)
    deadLetters = state.deadLetters
    if options.inputs.isEmpty { comparison = try Self.compare(options.population, state.alerts) }
    if let folder = options.output { try Self.write(state, to: folder) }
  }

  /// The ground truth is a function of the settings: the population is drawn once more and asked.
  private static func compare(
    _ settings: PopulationSettings, _ alerts: [HealthAlert]
  ) throws(JobFailure) -> AlertComparison {
    do throws(PopulationSettingsError) {
      var population = try Population(settings)
      while population.nextDay({ _ in }) {}
      // What no fall of activity is about has no truth to be held against.
      let others = Set(AccountRule.allCases.filter { !$0.isOfActivity }.map(\.name))
      return AlertComparison(
        alerts: alerts.filter { !others.contains($0.rule) }, truth: population.groundTruth,
        counts: population.counts)
    } catch { throw JobFailure(.usage, "\(error)") }
  }

  private static func write(_ state: OutputWatcher.State, to folder: String) throws(JobFailure) {
    try makeFolder(folder)
    let scores = try OutputFile(path: folder + "/scores.ndjson")
    for account in state.values.keys.sorted() {
      try scores.write(state.values[account]!)
      try scores.write(CollectionOfOne(UInt8(ascii: "\n")))
    }
    try scores.finish()
    let file = try OutputFile(path: folder + "/alerts.ndjson")
    let alerts = state.alerts.sorted {
      ($0.at, $0.account, $0.rule) < ($1.at, $1.account, $1.rule)
    }
    var writer = JSONWriter()
    for alert in alerts {
      writer.clear()
      HealthAlertEncoder.encode(alert, into: &writer)
      try file.write(writer.bytes)
      try file.write(CollectionOfOne(UInt8(ascii: "\n")))
    }
    try file.finish()
  }

  /// For a person.
  package var text: String {
    let rate = FigureText.grouped(Int(Double(messages) / max(seconds, 1e-9)))
    var lines = [
      "\(FigureText.grouped(messages)) messages through Kafka in \(FigureText.decimal(seconds)) s "
        + "(\(rate) a second, the group's first join included)",
      "  " + IntakeText.balance(totals),
    ]
    for reason in deadLetters.keys.sorted() {
      lines.append("    dead letters: \(reason) \(deadLetters[reason]!)")
    }
    let accounts = bands.values.reduce(0, +)
    let list = bands.keys.sorted().map { "\($0) \(bands[$0]!)" }.joined(separator: ", ")
    lines.append("  \(accounts) accounts: \(list)")
    let fired = alerts.filter { $0.state == .firing }.count
    lines.append("  \(fired) alerts fired, \(alerts.count) state changes in all")
    if !rollups.isEmpty { lines += [""] + RollupTable.lines(rollups) }
    if let comparison { lines += [""] + comparison.table }
    return lines.joined(separator: "\n")
  }

  /// On one line.
  package var json: String {
    var writer = JSONWriter()
    writer.beginObject()
    for (name, value) in [
      ("messages", messages), ("read", totals.read), ("applied", totals.applied),
      ("late", totals.late), ("refused", totals.refused),
      ("alertsFired", alerts.filter { $0.state == .firing }.count),
    ] {
      writer.key(name)
      writer.value(Int64(value))
    }
    writer.key("seconds")
    writer.readable(seconds)
    for (name, counts) in [("bands", bands), ("deadLetters", deadLetters)] {
      writer.key(name)
      writer.beginObject()
      for key in counts.keys.sorted() {
        writer.key(key)
        writer.value(Int64(counts[key]!))
      }
      writer.endObject()
    }
    writer.endObject()
    var text = String(decoding: writer.bytes, as: UTF8.self)
    if let comparison { text = text.dropLast() + ",\"comparison\":\(comparison.json)}" }
    return text
  }
}
