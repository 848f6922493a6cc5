import Foundation
import Testing
import ThermoclineCore

@testable import Thermocline

@Suite struct JobConfigurationFileTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test("the commented file says what is compiled in, and names every key")
  func theShippedFileIsTheDefaults() throws {
    let url = Self.root.appending(path: "deploy/config/thermocline.yaml")
    let text = try String(contentsOf: url, encoding: .utf8)
    #expect(try JobConfigurationFile.read(text, file: "thermocline.yaml") == JobConfiguration())
    // A key that the file left out would keep its default unseen: spoil every value, one at a time.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var keys = 0
    for (i, line) in lines.enumerated() {
      let code = line.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)[0]
      guard code.hasPrefix("  "), let colon = code.firstIndex(of: ":") else { continue }
      keys += 1
      var spoiled = lines
      spoiled[i] = code[...colon] + " [[]]"
      #expect(throws: YAMLFileError.self, "\(line)") {
        try JobConfigurationFile.read(spoiled.joined(separator: "\n"), file: "f")
      }
    }
    #expect(keys == 46)
  }

  @Test(
    "a mistake is named with file, line, key and what is allowed",
    arguments: [
      (
        "kafka:\n  brokerz: x\n",
        "c.yaml:2: kafka: unknown key 'brokerz', did you mean 'brokers'?; allowed: brokers, group, instance, properties"
      ),
      (
        "time:\n  idle_after: soon\n",
        "c.yaml:2: time.idle_after: is 'soon'; allowed: a whole number and one of d h m s ms, for example 28d"
      ),
      (
        "time:\n  allowed_lateness: 31d\n",
        "c.yaml:2: time.allowed_lateness: is 31d; allowed: 0s to 30d"
      ),
      (
        "processing:\n\n  commit_interval: 1ms\n",
        "c.yaml:3: processing.commit_interval: is 1ms; allowed: 10ms to 1m"
      ),
      ("processing:\n  shards: 65\n", "c.yaml:2: processing.shards: is 65; allowed: 0 to 64"),
      (
        "processing:\n  publish_min_change: -1\n",
        "c.yaml:2: processing.publish_min_change: is out of range; allowed: 0 to 100 points"
      ),
      ("input:\n  topics: []\n", "c.yaml:2: input.topics: is empty; allowed: one or more topics"),
      (
        "log:\n  level: loud\n",
        "c.yaml:2: log.level: is 'loud'; allowed: debug, info, warning, error"
      ),
      (
        "profiles: table.csv\n",
        "c.yaml:1: profiles: is a text, as in versions before 0.1; allowed: profiles: {file: …}"
      ),
      (
        "kafka:\n  properties:\n    group.id: x\n",
        "c.yaml:3: kafka.properties.group.id: is the job's own business; allowed: kafka.group"
      ),
    ])
  func mistakes(text: String, message: String) {
    let error = #expect(throws: YAMLFileError.self) {
      try JobConfigurationFile.read(text, file: "c.yaml")
    }
    #expect(error?.description == message)
  }

  @Test("what is given is taken, paths are relative to the file, the rest keeps its default")
  func values() throws {
    let text = """
      kafka: {brokers: "a:1,b:2", properties: {security.protocol: SASL_SSL, sasl.password: hunter2}}
      policy: p.yaml
      profiles: {file: /abs/q.csv, topic: accounts}
      input: {deduplicate: 24h, deduplicate_ids_max: 5000, users_max: 0, hold_unresolved: 10m}
      time: {idle_after: 0s}
      """
    let read = try JobConfigurationFile.read(text, file: "etc/c.yaml")
    #expect(read.kafka.brokers == "a:1,b:2")
    #expect(read.kafka.group == "thermocline")
    #expect(read.kafka.properties["security.protocol"] == "SASL_SSL")
    #expect(read.policy == "etc/p.yaml")
    #expect(read.profiles.file == "/abs/q.csv" && read.profiles.topic == "accounts")
    #expect(read.intake.deduplicate == .days(1) && read.intake.deduplicateIDsMax == 5_000)
    #expect(read.intake.usersMax == 0 && read.intake.holdUnresolved == .minutes(10))
    #expect(read.inputTopics == ["product-events"])
    #expect(read.time.idleAfter == .zero)
    #expect(read.time.allowedLateness == .hours(1))
    #expect(!read.description.contains("hunter2"))
    #expect(read.description.contains("sasl.password = (hidden)"))
  }
}
