import Foundation
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineTestKit
import ThermoclineWindows

@testable import Thermocline

private let data = packageRoot.appending(path: "../shared/data/oulad")
private let isThere = FileManager.default.fileExists(
  atPath: data.appending(path: "events.ndjson.gz").path)

/// What the whole chain says of 35 students of one course run, as a text that a person can read: scores and bands, the
/// portfolio's roll-ups, all alerts. A change of it is a change of what customers see.
///
/// `THERMOCLINE_WRITE_FIXTURES=1 scripts/test --filter GoldenOULADTests` writes it anew; look at the difference before you keep it.
@Suite(.enabled(if: isThere, "../shared/data/oulad is not there: the golden test is skipped"))
struct GoldenOULADTests {
  private static let golden = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "oulad.txt")
  /// Midnights that are looked at: every four weeks from the course's first month on.
  private static let midnights = (1...9).map {
    EventTime(year: 2013, month: 10, day: 1) + .days(28 * Int64($0))
  }

  private struct Score: Decodable {
    var account: String
    var at: String
    var final: Bool
    var score: Double?
    var band: String?
    var summary: String
  }
  private struct Rollup: Decodable {
    struct Points: Decodable {
      var mean: Double
      var p10: Double
      var p50: Double
      var p90: Double
    }
    var segment: String
    var at: String
    var accounts: Int
    var scored: Int
    var bands: [String: Int]
    var score: Points
    var redTrend: Double?
  }
  private struct Alert: Decodable {
    /// null for an outage.
    var account: String?
    var at: String
    var rule: String
    var state: String
    var severity: String
  }

  @Test("scores, roll-ups and alerts of a course are the ones that were reviewed")
  func theChain() throws {
    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    let (archive, part) = (
      data.appending(path: "events.ndjson.gz").path, folder.path + "/part.ndjson"
    )
    process.arguments = [
      "-c", "gzip -dc '\(archive)' | grep '\"account\":\"[0-9]*2[0-9]@AAA_2013J\"' > '\(part)'",
    ]
    try process.run()
    process.waitUntilExit()
    var job = ReplayJob(
      inputs: [part], output: folder.path + "/out",
      settings: WindowSettings(outOfOrderness: .minutes(1), allowedLateness: .hours(1)))
    job.profiles = try Inputs.profiles(data.appending(path: "profiles.csv").path)
    let summary = try job.run { _, _, _ in }
    #expect(summary.counts.applied == 14_631 && summary.accounts == 35)
    let text = try [
      scores(folder), rollups(folder), alerts(folder), summaries(folder),
    ].joined(separator: "\n").replacing(#/ +\n/#, with: "\n")
    if ProcessInfo.processInfo.environment["THERMOCLINE_WRITE_FIXTURES"] != nil {
      try Data(text.utf8).write(to: Self.golden)
    }
    let expected = try String(contentsOf: Self.golden, encoding: .utf8)
    for (line, wanted) in zip(text.split(separator: "\n"), expected.split(separator: "\n")) {
      #expect(line == wanted)
    }
    #expect(text == expected)
  }

  /// A line for each account: band and points as of each midnight.
  private func scores(_ folder: TemporaryFolder) throws -> String {
    var newest: [String: [Score?]] = [:]
    for line in try folder.lines("out/score-changes.ndjson") {
      let score = try JSONDecoder().decode(Score.self, from: Data(line.utf8))
      guard score.final else { continue }
      for (i, midnight) in Self.midnights.enumerated() where score.at <= midnight.description {
        newest[score.account, default: Self.midnights.map { _ in nil }][i] = score
      }
    }
    let lines = newest.sorted { $0.key < $1.key }.map { account, scores in
      padded(account, 18)
        + scores.map { score in
          padded(score?.score.map { "\(score!.band!) \(tenths($0))" } ?? "–", 13)
        }.joined()
    }
    return "# Scores as of each midnight, the newest that moved by half a point\n"
      + padded("account", 18)
      + Self.midnights.map { padded(String($0.description.prefix(10)), 13) }.joined() + "\n"
      + lines.joined(separator: "\n") + "\n"
  }

  private func rollups(_ folder: TemporaryFolder) throws -> String {
    let wanted = Set(Self.midnights.map(\.description))
    var text = "# Portfolio\n"
    for line in try folder.lines("out/rollups.ndjson") where line.contains("\"portfolio\"") {
      let rollup = try JSONDecoder().decode(Rollup.self, from: Data(line.utf8))
      guard wanted.contains(rollup.at) else { continue }
      let bands = ["red", "yellow", "green"].map { "\($0) \(rollup.bands[$0] ?? 0)" }
      let points = [rollup.score.mean, rollup.score.p10, rollup.score.p50, rollup.score.p90]
      text +=
        "\(rollup.at.prefix(10))  accounts \(rollup.accounts), scored \(rollup.scored): "
        + bands.joined(separator: ", ") + "; mean, p10, p50, p90 "
        + points.map(tenths).joined(separator: " ")
        + "; red a week \(tenths((rollup.redTrend ?? 0) * 700)) %\n"
    }
    return text
  }

  private func alerts(_ folder: TemporaryFolder) throws -> String {
    let lines = try folder.lines("out/alerts.ndjson").map { line in
      let alert = try JSONDecoder().decode(Alert.self, from: Data(line.utf8))
      return
        "\(alert.at.prefix(10))  \(padded(alert.account ?? "–", 18))\(padded(alert.rule, 22))"
        + "\(padded(alert.state, 12))\(alert.severity)"
    }
    return "# Alerts\n" + lines.sorted().joined(separator: "\n") + "\n"
  }

  /// What is said of the first accounts in the end.
  private func summaries(_ folder: TemporaryFolder) throws -> String {
    let lines = try folder.lines("out/scores.ndjson").prefix(8).map { line in
      let score = try JSONDecoder().decode(Score.self, from: Data(line.utf8))
      return "\(score.account)  \(score.at.prefix(10))  \(score.summary)"
    }
    return "# In words, at the end\n" + lines.joined(separator: "\n") + "\n"
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  private func tenths(_ value: Double) -> String {
    let whole = Int((value * 10).rounded())
    return "\(whole < 0 ? "−" : "")\(abs(whole) / 10).\(abs(whole) % 10)"
  }
}
