import Foundation
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineTestKit
import ThermoclineWindows

@testable import Thermocline

private let archive = packageRoot.appending(path: "../shared/data/oulad/events.ndjson.gz").path
private let isThere = FileManager.default.fileExists(atPath: archive)

/// The Open University Learning Analytics data set as events: half a year of a real learning platform.
@Suite(
  .enabled(if: isThere, "../shared/data/oulad is not there: the replay of real events is skipped"))
struct OULADTests {
  private struct Score: Decodable {
    struct Measure: Decodable {
      var contribution: Double
      var change: Double
    }
    var score: Double?
    var change: Double?
    var measures: [Measure]
  }

  @Test("every event is applied, and contributions add up in every score")
  func replay() throws {
    let folder = try TemporaryFolder()
    let (input, events) = try Self.input(folder)
    let summary = try ReplayJob(
      inputs: [input], output: folder.path + "/out",
      settings: WindowSettings(outOfOrderness: .minutes(1), allowedLateness: .hours(1))
    ).run { _, _, _ in }
    #expect(summary.counts.read == events)
    #expect(summary.counts.applied == events)
    let lines = try folder.lines("out/scores.ndjson")
    #expect(lines.count == summary.accounts)
    // Of the history a sample: reading JSON takes a test longer than the replay writing it.
    let changes = try folder.lines("out/score-changes.ndjson")
    let sample = stride(from: 0, to: changes.count, by: max(1, changes.count / 500)).map {
      changes[$0]
    }
    let decoder = JSONDecoder()
    for line in lines + sample {
      let score = try decoder.decode(Score.self, from: Data(line.utf8))
      let sum = score.measures.reduce(0) { $0 + units($1.contribution) }
      if let points = score.score { #expect(sum == units(points), "\(line)") }
      let changed = score.measures.reduce(0) { $0 + units($1.change) }
      if let change = score.change { #expect(changed == units(change), "\(line)") }
    }
  }

  /// The whole set; of a debug build, ten times slower, the beginning.
  private static func input(_ folder: TemporaryFolder) throws -> (path: String, events: Int) {
    #if DEBUG
      let process = Process()
      let beginning = folder.path + "/beginning.ndjson"
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments = ["-c", "gzip -dc '\(archive)' | head -n 20000 > '\(beginning)'"]
      try process.run()
      process.waitUntilExit()
      return (beginning, 20_000)
    #else
      return (archive, 350_298)
    #endif
  }

  /// Ten-thousandths of a point.
  private func units(_ value: Double) -> Int { Int((value * 10_000).rounded()) }
}
