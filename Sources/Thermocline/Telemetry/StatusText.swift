internal import ThermoclineCore
internal import ThermoclineEngine
internal import ThermoclineKafka

/// A running job's state for people.
enum StatusText {
  static func text(_ job: JobObservation) -> String {
    let findings = Readiness.findings(job)
    let totals = job.pipeline.totals
    let census = job.census
    var lines = [
      "thermocline \(BuildInfo.version), up \(FigureText.duration(seconds: Int(job.seconds(since: job.started))))",
      findings.isEmpty ? "ready" : "not ready",
    ]
    lines += findings.map { "  \($0.reason.rawValue): \($0.text)" }
    lines += [
      "",
      "events     \(FigureText.decimal(job.pulse.eventsPerSecond))/s   read \(FigureText.grouped(totals.read))   "
        + "applied \(FigureText.grouped(totals.applied))   late \(FigureText.grouped(totals.late))   "
        + "refused \(FigureText.grouped(totals.refused))",
      "lag        \(FigureText.grouped(Int(job.feeder.lag))) records   "
        + "\(FigureText.decimal(job.feeder.partitions.map { job.lagSeconds($0) }.max() ?? 0)) s   "
        + "rebuilding \(FigureText.grouped(Int(job.feeder.rebuildingLeft)))",
      "freshness  " + quantiles(job.pipeline.freshness),
      "commits    " + quantiles(job.pipeline.commits),
      "accounts   "
        + job.bands.enumerated().map { "\($1) \(census.bands[$0])" }.joined(separator: "   ")
        + "   none \(census.bands[HealthCensus.noBand])",
      "quadrants  "
        + Quadrant.allCases.enumerated().map { "\($1.rawValue) \(census.quadrants[$0])" }
        .joined(separator: "   "),
      "alerts     firing \(census.firing)   recovering \(census.recovering)   "
        + "changes \(totals.alerts)",
      "memory     \(FigureText.bytes(job.residentBytes))",
      "",
      "partition" + String(repeating: " ", count: 23) + "lag      watermark",
    ]
    for partition in job.partitions {
      let name = DisplayText("\(partition.input.partition)").fitted(to: 24, onRight: false).text
      let lag = DisplayText(FigureText.grouped(Int(partition.input.lag)))
        .fitted(to: 11, onRight: true).text
      let watermark = partition.progress.map { "\($0.watermark)" } ?? "rebuilding"
      lines.append("\(name)\(lag)      \(watermark)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func quantiles(_ histogram: DurationHistogram) -> String {
    guard histogram.count > 0 else { return "-" }
    func text(_ share: Double) -> String {
      histogram.quantileSeconds(share).map { "\(FigureText.decimal($0 * 1_000)) ms" } ?? "-"
    }
    return "p50 \(text(0.5))   p99 \(text(0.99))   of \(FigureText.grouped(histogram.count))"
  }
}
