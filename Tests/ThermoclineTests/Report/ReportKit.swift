import Foundation
import Testing
import ThermoclineCore
import ThermoclineKafka
import ThermoclineProtobuf
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
  /// `repeating`: a part of them comes twice, and from then on in Protobuf.
  func broker(repeating: Bool = false) throws -> EmbeddedBroker {
    let output = JobConfiguration.Output()
    let topics: [(String, String, String, ProtobufMessage)] = [
      ("scores", output.scores, "account", .score),
      ("score-changes", output.changes, "account", .score),
      ("alerts", output.alerts, "account", .alert), ("rollups", output.rollups, "segment", .rollup),
      ("usage", output.usage, "account", .usage),
    ]
    let partitions = 4
    let broker = try EmbeddedBroker(topics: topics.map { ($0.1, partitions) })
    for (file, topic, key, message) in topics {
      let all = zip(try objects(file), lines[file, default: []]).map { object, line in
        (key: object[key] as? String, value: Optional(line))
      }
      let half = all.count / 2
      func send(
        _ messages: some Sequence<(key: String?, value: String?)>, as encoding: ProtobufMessage?
      ) throws {
        for partition in 0..<partitions {
          try write(
            messages.filter { Int(FNV1a.hash($0.key ?? "") % UInt64(partitions)) == partition },
            to: topic, partition: Int32(partition), as: encoding, of: broker)
        }
      }
      try send(all[..<half], as: nil)
      if repeating {
        // As after a crash: what came since the last commit comes again; now in Protobuf, as after a change of the
        // configuration. And something that is none of a job's.
        try send(all[half / 2..<half], as: message)
        try send([(key: "x", value: "no score")], as: nil)
      }
      try send(all[half...], as: repeating ? message : nil)
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
