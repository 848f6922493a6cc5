import Foundation
import Testing
import ThermoclineCore
import ThermoclineKafka
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

  /// What a job with the default names of topics would have published: each line a message, a key's in one partition.
  /// `repeating`: a part of them comes twice.
  func broker(repeating: Bool = false) throws -> EmbeddedBroker {
    let output = JobConfiguration.Output()
    let topics = [
      ("scores", output.scores, "account"), ("score-changes", output.changes, "account"),
      ("alerts", output.alerts, "account"), ("rollups", output.rollups, "segment"),
      ("usage", output.usage, "account"),
    ]
    let partitions = 4
    let broker = try EmbeddedBroker(topics: topics.map { ($0.1, partitions) })
    for (file, topic, key) in topics {
      var messages = zip(try objects(file), lines[file, default: []]).map { object, line in
        (key: object[key] as? String, value: Optional(line))
      }
      if repeating {
        // As after a crash: what came since the last commit comes again. And something that is none of a job's.
        let half = messages.count / 2
        let again = messages[half / 2..<half] + [(key: Optional("x"), value: Optional("no score"))]
        messages.insert(contentsOf: again, at: half)
      }
      for partition in 0..<partitions {
        try write(
          messages.filter { Int(FNV1a.hash($0.key ?? "") % UInt64(partitions)) == partition },
          to: topic, partition: Int32(partition), of: broker)
      }
    }
    return broker
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

/// A page's tags with the names of their attributes, in order; by code points, as a browser reads.
func pageTags(_ page: String) -> [String] {
  let tag = /<(\/?[a-zA-Z!][a-zA-Z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"]*")?)*)\s*\/?>/
    .matchingSemantics(.unicodeScalar)
  let value = /"[^"]*"/.matchingSemantics(.unicodeScalar)
  return page.matches(of: tag).map { String($0.output.1 + $0.output.2.replacing(value, with: "")) }
}

let hostileNames = [
  "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'><svg/onload=alert(1)>",
  "</style><script>", "</title><script>", "\u{202E}gnp.exe", "line\nbreak", "&lt;b&gt;",
  "\u{0301}\u{0301}", String(repeating: "<i>", count: 80),
]
