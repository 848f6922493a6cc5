import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import Thermocline

/// The folder of a replay of the simulated population, as reports read it.
struct SimulatedFolder {
  let folder = Result { try TemporaryFolder() }
  let lines: [String: [String]]

  init() throws {
    lines = try SimulatedOutput.shared.get().lines
    for name in ["scores", "score-changes", "alerts", "rollups", "usage"] {
      _ = try folder.get().file(name + ".ndjson", lines: lines[name] ?? [])
    }
  }

  var path: String { get throws { try folder.get().path } }

  /// The objects of a file, read without any of our decoders.
  func objects(_ name: String) throws -> [[String: Any]] {
    try lines[name, default: []].map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  /// Twelve weeks up to the last midnight.
  var period: ReportPeriod {
    get throws {
      let last = try #require(try objects("usage").compactMap { $0["at"] as? String }.max())
      let end = try #require(readTime(last))
      return try ReportPeriod(from: end - .days(84), to: end)
    }
  }
}
