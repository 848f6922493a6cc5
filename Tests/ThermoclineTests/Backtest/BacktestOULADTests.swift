import Foundation
import Testing
import ThermoclineBacktest
import ThermoclineCore
import ThermoclineHealth
import ThermoclineTestKit
import ThermoclineWindows

@testable import Thermocline

private let data = packageRoot.appending(path: "../shared/data/oulad")
private let isThere = FileManager.default.fileExists(
  atPath: data.appending(path: "events.ndjson.gz").path)

/// The whole chain on real events: a course of the Open University, whose students leave it. `make backtest` holds the whole
/// set to its figures, which is too slow without optimisation.
@Suite(
  .enabled(if: isThere, "../shared/data/oulad is not there: the backtest on real events is skipped")
)
struct BacktestOULADTests {
  private func job(_ input: String) -> BacktestJob {
    BacktestJob(
      inputs: [input], profiles: data.appending(path: "profiles.csv").path,
      labels: data.appending(path: "labels.csv").path, policies: [.standard],
      settings: WindowSettings(outOfOrderness: .minutes(1), allowedLateness: .hours(1)))
  }

  /// The first 20,000 events, cut at days 1, 4 and 7: numbers counted by a script of its own (numpy, ranks by
  /// scipy.stats.rankdata) from the events' JSON, the labels and the protocol's text alone.
  @Test func theBeginningHasTheNumbersOfAnIndependentCount() throws {
    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    let archive = data.appending(path: "events.ndjson.gz").path
    process.arguments = [
      "-c", "gzip -dc '\(archive)' | head -n 20000 > '\(folder.path)/events.ndjson'",
    ]
    try process.run()
    process.waitUntilExit()
    var job = job(folder.path + "/events.ndjson")
    job.plan = BacktestPlan(first: 1, step: 3, last: 7, horizons: [14])
    let (table, runs) = try job.run { _, _, _ in }
    let report = BacktestStudy(table, runs, bootstrap: 0).report()
    let figures = report.horizons[0]
    #expect(figures.cases == 1_094 && figures.churners == 11 && report.unscored == 0)
    let expected = [0.5300931755225384, 0.39851422815411736, 0.39305800386132794]
    for (area, wanted) in zip(figures.areas.dropFirst(), expected) {
      #expect(abs(area.value - wanted) < 1e-12)
    }
    // Scores published on the way, weighed anew.
    let weights = ScoreWeights(Policy.standard)
    var heldCount = 0
    for sample in runs[0].samples {
      let sample = try #require(sample)
      let score = try #require(weights.score(sample.subscores))
      // A score does not rise while its account does nothing, though its peers fall: it is held below what it comes to.
      #expect(score > sample.points! - 2e-4, "\(score), \(sample)")
      if score > sample.points! + 2e-4 { heldCount += 1 }
    }
    #expect(heldCount < runs[0].samples.count / 10)
  }
}
