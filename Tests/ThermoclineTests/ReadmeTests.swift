import Foundation
import Testing
import ThermoclineCore
import ThermoclineKafka
import ThermoclineTestKit

@testable import Thermocline

/// What the README shows is run as it stands there.
@Suite(
  .timeLimit(.minutes(5)),
  .enabled(if: Executable.path != nil, "the executable is not built: skipped"))
struct ReadmeTests {
  private let folder: TemporaryFolder
  private let readme: String

  init() throws {
    folder = try TemporaryFolder()
    readme = try String(contentsOf: packageRoot.appending(path: "README.md"), encoding: .utf8)
  }

  /// The lines of the shell block under "Use it", without comments, as words.
  private var commands: [[String]] {
    get throws {
      let start = try #require(readme.firstRange(of: "## Use it"))
      let block = try #require(readme[start.upperBound...].firstMatch(of: /```sh\n((?s:.*?))```/))
      return block.1.split(separator: "\n").compactMap { line in
        let words = line.prefix { $0 != "#" }.split(separator: " ").map(String.init)
        return words.isEmpty ? nil : words
      }
    }
  }

  @Test func whatItShowsRuns() throws {
    let events = history(accounts: 4, days: 30, seed: 2, values: 1...3).map(\.line)
    let packed = try gzipped(try folder.file("plain.ndjson", lines: events))
    _ = try folder.file("events.ndjson.gz", packed)
    _ = try folder.file("profiles.csv", lines: ["account,seats", "acct-1,5"])
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/deploy",
      withDestinationPath: packageRoot.appending(path: "deploy").path)
    var broker: Executable.Started?
    var address = ""
    var job: Executable.Started?
    var seen: [String] = []
    var foreign: [String] = []
    var environment: [String: String] = [:]
    for words in try commands {
      if words[0] == "export" {
        let parts = words[1].split(separator: "=", maxSplits: 1).map(String.init)
        environment[parts[0]] = parts[1]
      }
      if words[0] == "kcat" { foreign = words.map { $0 == "127.0.0.1:34567" ? address : $0 } }
      guard words[0] == "thermocline" else { continue }
      let arguments = words.dropFirst().map { $0 == "127.0.0.1:34567" ? address : $0 }
      let command = arguments[0]
      seen.append(command)
      // Only as large as a test may be, and on no port that may be taken.
      let more =
        switch command {
        case "demo": ["--partitions", "1"]
        case "produce": ["--accounts", "30", "--days", "84", "--events", "6000"]
        case "run": ["--listen", "127.0.0.1:0"]
        default: [String]()
        }
      let started = try Executable.start(
        arguments + more, in: folder.path, environment: environment)
      switch command {
      case "broker":
        broker = started
        address = try #require(started.readLine())
      case "run": job = started
      default:
        let ended = started.wait()
        try #require(ended.status == 0, "\(words): \(ended.standardError)")
      }
    }
    #expect(seen == ["demo", "replay", "broker", "check", "run", "produce"])
    let settings = KafkaSettings(bootstrapServers: address)
    let running = try #require(job)
    while running.isRunning, try countOf("health-scores", settings) == 0 { pauseBriefly() }
    #expect(foreign.first == "kcat" && foreign.contains(address))
    if let kcat = Executable.find("kcat") {
      // `-e` ends it where the topic does.
      let read = try Executable.Started(kcat, foreign.dropFirst() + ["-e"], nil, [:]).wait()
      #expect(read.status == 0 && read.standardOutput.contains(#""account":"#))
    }
    running.signal(SIGTERM)
    let ended = running.wait()
    #expect(ended.status == 0, "\(ended.standardError)")
    #expect(ended.standardError.contains("info drained"))
    broker?.signal(SIGTERM)
    #expect(broker?.wait().status == 0)
  }

  /// The first block of text is what the demo ends with; only its first line tells of the machine.
  @Test func theDemoEndsAsShown() throws {
    let shown = try #require(readme.firstMatch(of: /```text\n((?s:.*?))```/)).1.split(
      separator: "\n", omittingEmptySubsequences: false
    ).dropLast()
    let ended = try Executable.run(["demo"])
    try #require(ended.status == 0, "\(ended.standardError)")
    let lines = ended.standardOutput.split(separator: "\n", omittingEmptySubsequences: false)
      .dropLast()
    let first = #/([\d,]+ messages through Kafka) in [\d.,]+ s \([\d,]+ a second, (.*)\)/#
    func masked(_ line: Substring?) throws -> [Substring] {
      let match = try #require(line.flatMap { $0.wholeMatch(of: first) })
      return [match.1, match.2]
    }
    #expect(try masked(lines.first) == masked(shown.first))
    #expect(lines.dropFirst() == shown.dropFirst())
  }

  /// Records of a topic.
  private func countOf(_ topic: String, _ settings: KafkaSettings) throws -> Int {
    var settings = settings
    settings["group.id"] = "reader"
    let consumer = try KafkaConsumer(settings, topics: [topic])
    return try (0..<4).reduce(0) {
      let partition = KafkaPartition(topic, Int32($1))
      return $0 + (try consumer.watermarkOffsets(of: partition, timeoutMilliseconds: 10_000).count)
    }
  }

  @Test func everyCommandIsInItsTable() throws {
    let help = try Executable.run(["--help"]).standardOutput
    let listed = help.matches(of: /(?m)^  ([a-z][a-z-]*) (?: +\S.*)?$/).map { String($0.output.1) }
      .filter { $0 != "help" }
    let shown = readme.matches(of: /(?m)^\| `([a-z-]+)` \| [a-z]/).map { String($0.output.1) }
    #expect(listed.count >= 12)
    for command in listed {
      #expect(shown.contains(command), "\(command) is not in the README's table")
    }
  }
}
