import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit

/// The command as a person or a script meets it: another process, its exit status and its two outputs.
@Suite(
  .timeLimit(.minutes(5)),
  .enabled(if: Executable.path != nil, "the executable is not built: skipped"))
struct CommandTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test(
    "bad input: the documented status, one sentence on standard error, nothing on standard output")
  func badInput() throws {
    let good = try folder.file("good.ndjson", lines: [TestEvent(time: monday.milliseconds).line])
    let empty = try folder.file("empty.ndjson", [])
    let packed = try gzipped(
      try folder.file(
        "whole.ndjson", lines: history(accounts: 3, days: 20, seed: 1, values: 1...3).map(\.line)))
    let cut = try folder.file("cut.ndjson.gz", packed[..<(packed.count / 2)])
    let policy = try folder.file("policy.yaml", lines: ["name: p", "version: 1", "colour: blue"])
    let standard = try String(
      contentsOf: packageRoot.appending(path: "deploy/policy/default.yaml"), encoding: .utf8)
    let wrong = standard.replacing("name: outcome, weight: 80", with: "name: outcome, weight: -80")
    #expect(wrong != standard)
    let negative = try folder.file("negative.yaml", Array(wrong.utf8))
    let profiles = try folder.file("profiles.csv", lines: ["account,seats", "a,many"])
    let out = folder.path + "/out"
    let cases: [(arguments: [String], status: Int32, parts: [String])] = [
      (
        ["replay", "--input", folder.path + "/missing", "--output", out], 66,
        ["missing", "no such file"]
      ),
      (["replay", "--input", folder.path, "--output", out], 66, [folder.path, "directory"]),
      (["replay", "--input", empty, "--output", out], 66, [empty, "no events"]),
      (["replay", "--input", cut, "--output", out], 65, [cut, "byte \(packed.count / 2)"]),
      (["replay", "--input", good, "--output", good], 73, [good]),
      (
        ["replay", "--input", good, "--output", out, "--policy", policy], 78,
        ["policy.yaml", "3", "colour"]
      ),
      (
        ["replay", "--input", good, "--output", out, "--policy", negative], 78,
        ["negative.yaml", "weight"]
      ),
      (
        ["replay", "--input", good, "--output", out, "--policy", out + "/no.yaml"], 78, ["no.yaml"]
      ),
      (
        ["replay", "--input", good, "--output", out, "--profiles", profiles], 65,
        ["profiles.csv", "2"]
      ),
      (["produce", "--brokers", "127.0.0.1:1", "--input", good], 69, ["127.0.0.1:1"]),
    ]
    for (arguments, status, parts) in cases {
      let run = try Executable.run(arguments)
      let said = run.standardError
      #expect(run.status == status, "\(arguments): \(said)")
      #expect(said.hasPrefix("thermocline: "), "\(arguments)")
      let lines = said.split(separator: "\n").count
      #expect(lines == 1, "\(said)")
      #expect(run.standardOutput.isEmpty)
      for part in parts { #expect(said.contains(part), "\(part) in \(said)") }
    }
  }

  @Test(
    "a wrong command line ends with 64",
    arguments: [
      ["replay", "--colour", "blue"], ["replay"], ["paint"], ["broker", "--partitions", "0"],
      ["demo", "--partitions", "65"], ["produce", "--brokers", "x:1"],
      ["replay", "--input", "x", "--output", "y", "--out-of-orderness=-5m"],
      ["replay", "--input", "x", "--output", "y", "--allowed-lateness", "many"],
      ["demo", "--accounts", "0"], ["inspect"], ["inspect", "--input", "x", "--topic", "y"],
      ["inspect", "--input", "x", "--limit", "-1"], ["inspect", "--input", "x", "--format", "xml"],
      ["dead-letters", "list", "--reason", "bad_hair"],
      ["dead-letters", "redrive", "--after", "0:x"], ["dead-letters", "list", "--since", "soon"],
    ])
  func usage(arguments: [String]) throws {
    let run = try Executable.run(arguments)
    #expect(run.status == 64, "\(run.standardError)")
    #expect(!run.standardError.isEmpty)
  }

  @Test("replay --json prints one object whose counts balance")
  func replayJSON() throws {
    let events = history(accounts: 3, days: 10, seed: 2, values: 1...3)
    let path = try folder.file("a.ndjson", lines: ["oops"] + events.map(\.line))
    let run = try Executable.run(
      ["replay", "--input", path, "--output", folder.path + "/out", "--json"])
    #expect(run.status == 0, "\(run.standardError)")
    #expect(run.standardError.isEmpty)
    let summary = try object(run.standardOutput)
    let figures = ["read", "applied", "late", "refused"].map { summary[$0] as? Int ?? -1 }
    #expect(figures == [events.count + 1, events.count, 0, 1])
    #expect(summary["accounts"] as? Int == 3)
  }

  @Test("the broker says its address, serves, and ends with 0 on SIGTERM")
  func broker() throws {
    let process = try Executable.start([
      "broker", "--topics", "product-events", "--partitions", "2",
    ])
    let address = try #require(process.readLine())
    let parts = address.split(separator: ":")
    #expect(parts.count == 2 && Int(parts[1]) != nil)
    let path = try folder.file(
      "a.ndjson", lines: history(accounts: 2, days: 3, seed: 3, values: 1...3).map(\.line))
    let sent = try Executable.run(["produce", "--brokers", address, "--input", path, "--json"])
    #expect(sent.status == 0, "\(sent.standardError)")
    #expect(
      try object(sent.standardOutput)["messages"] as? Int
        == history(accounts: 2, days: 3, seed: 3, values: 1...3).count)
    let missing = try Executable.run(
      ["produce", "--brokers", address, "--input", path, "--topic", "not-there"])
    #expect(missing.status == 69)
    #expect(missing.standardError.contains("not-there"))
    process.signal(SIGTERM)
    #expect(process.wait().status == 0)
  }

  private static let small = ["--accounts", "30", "--days", "84", "--events", "20000"]

  @Test("a small demo ends with 0 and figures against the truth")
  func demo() throws {
    let run = try Executable.run(["demo", "--json"] + Self.small)
    #expect(run.status == 0, "\(run.standardError)")
    let result = try object(run.standardOutput)
    let figures = ["read", "applied", "late", "refused"].map { result[$0] as? Int ?? -1 }
    #expect(figures[0] > 10_000)
    #expect(figures[0] == figures[1] + figures[2] + figures[3])
    let comparison = try #require(result["comparison"] as? [String: Any])
    let detector = try #require(comparison["detector"] as? [String: Any])
    #expect(detector["false_alerts"] as? Int != nil)
    let kinds = try #require(detector["incidents"] as? [String: [String: Any]])
    #expect(!kinds.isEmpty)
    for (kind, figures) in kinds {
      let (all, caught) = (figures["incidents"] as? Int ?? -1, figures["caught"] as? Int ?? -1)
      #expect(caught >= 0 && caught <= all, "\(kind)")
      #expect(figures["missed"] as? Int == all - caught, "\(kind)")
    }
  }

  @Test("SIGINT in the middle of a demo ends it with 130 and leaves nothing behind")
  func interrupted() throws {
    let process = try Executable.start(
      ["demo", "--accounts", "400", "--days", "360"], in: folder.path)
    // Into a pipe it says nothing before its end, which is a minute away.
    Thread.sleep(forTimeInterval: 3)
    process.signal(SIGINT)
    let ended = process.wait()
    #expect(ended.status == 130, "\(ended.standardError)")
    #expect(ended.standardError.contains("interrupted"))
    #expect(try folder.names().isEmpty)
    #expect(!process.hasChildren)
  }

  private func object(_ text: String) throws -> [String: Any] {
    let lines = text.split(separator: "\n")
    #expect(lines.count == 1)
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }
}
