import Foundation
import Testing
import ThermoclineCore
import ThermoclineKafka
import ThermoclineNotify
import ThermoclineTestKit

@testable import Thermocline

/// The command as another process.
@Suite(
  .timeLimit(.minutes(3)),
  .enabled(if: Executable.path != nil, "the executable is not built: skipped"))
struct NotifyCommandTests: NotifyTesting {
  let broker: EmbeddedBroker
  private let folder: TemporaryFolder

  init() throws {
    broker = try EmbeddedBroker(topics: [("health-alerts", 2), ("health-dead-letters", 1)])
    folder = try TemporaryFolder()
  }

  private func file(
    _ server: MisbehavingServer, _ more: [String] = [], name: String = "notify.yaml"
  ) throws -> String {
    try folder.file(
      name,
      lines: [
        "kafka: {brokers: '\(broker.bootstrapServers)', properties: {session.timeout.ms: 6000}}",
        "start: oldest", "server: {listen: none}", "sinks:", "- name: hook", "  type: webhook",
        "  burst: 1000",
        "  url: \(server.url)/hook", "  secret: {env: HOOK_KEY}", "  gather: 0s", "  rate: 6000",
        "  retry_max: 1s",
      ] + more)
  }

  private let environment = ["HOOK_KEY": "0123456789abcdef"]

  @Test(
    "killed in the middle of its work: after the next start everything was delivered and signed")
  func killed() throws {
    let server = try MisbehavingServer()
    // Every second request is taken and never answered.
    server.answers { _, number in number % 2 == 0 ? .silence : .status(200) }
    let path = try file(server, ["  timeout: 1s"])
    for number in 0..<30 { try publish([alert(number)], partition: Int32(number % 2)) }
    for round in 1...2 {
      let process = try Executable.start(["notify", "--config", path], environment: environment)
      while server.requests.count < 6 * round { pauseBriefly() }
      process.signal(SIGKILL)
      _ = process.wait()
    }
    let process = try Executable.start(["notify", "--config", path], environment: environment)
    while try committed("thermocline-notify.hook") != [15, 15] { pauseBriefly() }
    process.signal(SIGTERM)
    let ended = process.wait()
    #expect(ended.status == 0, "\(ended.standardError)")
    #expect(ended.standardError.contains("sink ended"))
    #expect(!ended.standardError.contains("0123456789abcdef"))
    let accounts = Set(
      server.requests.enumerated().filter { $0.offset % 2 == 1 }.flatMap { _, request in
        request.body.matches(of: /"account":"(acct-\d+)"/).map { String($0.1) }
      })
    #expect(accounts == Set((0..<30).map { "acct-\($0)" }))
    for request in server.requests {
      let field = try #require(request.fields["thermocline-signature"])
      let parts = try #require(field.firstMatch(of: /^t=(\d+),v1=[0-9a-f]{64}$/))
      let time = EventTime(milliseconds: Int64(parts.1)! * 1_000)
      #expect(
        field
          == WebhookSignature.value(
            body: Array(request.body.utf8), key: Array("0123456789abcdef".utf8), at: time))
    }
  }

  @Test(
    "a wrong file ends with 78, a missing topic with 69, a wrong line with 64, each in one sentence"
  )
  func refusals() throws {
    let server = try MisbehavingServer()
    let path = try file(server)
    let cases: [([String], Int32, String, [String: String])] = [
      (["--config", path], 78, "HOOK_KEY is not set", [:]),
      (["--config", folder.path + "/none.yaml"], 78, "none.yaml", [:]),
      (
        ["--config", try file(server, ["  colour: blue"], name: "colour.yaml")], 78,
        "unknown key 'colour'", environment
      ),
      (
        ["--config", try file(server, ["topic: nowhere"], name: "topic.yaml")], 69, "nowhere",
        environment
      ),
      (["--config", path, "--input", "x"], 64, "--input goes with --dry-run", environment),
      (
        ["--config", try file(server), "--dry-run", "--input", folder.path + "/x"], 66, "/x",
        environment
      ),
      (
        [
          "--config", path, "--dry-run", "--input",
          try folder.file("scores.ndjson", lines: ["", "{\"account\":\"acct-1\"}"]),
        ], 65, "scores.ndjson:2: no alert: ", environment
      ),
    ]
    for (arguments, status, text, environment) in cases {
      let ended = try Executable.start(["notify"] + arguments, environment: environment).wait()
      #expect(ended.status == status, "\(arguments): \(ended.standardError)")
      #expect(ended.standardError.contains(text), "\(ended.standardError)")
      #expect(ended.standardOutput.isEmpty && server.requests.isEmpty)
    }
  }

  @Test("a dry run of the topic shows what would be sent, and neither sends nor commits")
  func dryRun() throws {
    let server = try MisbehavingServer()
    try publish([alert(1), alert(1, .resolved, days: 1)])
    let ended = try Executable.run(["notify", "--config", try file(server), "--dry-run"])
    #expect(ended.status == 0, "\(ended.standardError)")
    let lines = ended.standardOutput.split(separator: "\n")
    #expect(
      lines.count == 2 && lines[0].contains("\"opened\"") && lines[1].contains("\"resolved\""))
    #expect(server.requests.isEmpty)
    #expect(try committed("thermocline-notify.hook") == [-1, -1])
  }
}
