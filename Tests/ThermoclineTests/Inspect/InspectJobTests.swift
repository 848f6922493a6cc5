import Foundation
import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineKafka
import ThermoclineTestKit

@testable import Thermocline

@Suite(.timeLimit(.minutes(2))) struct InspectJobTests {
  private let folder: TemporaryFolder
  private let decoder = FormatDecoder(
    format: .thermocline, latestAccepted: EventTime(year: 2030, month: 1, day: 1))
  private let good =
    #"{"id":"e1","type":"login","account":"acme","user":"u1","ts":1767225600123,"feature":"export","value":2.5}"#

  init() throws { folder = try TemporaryFolder() }

  private func inspect(
    _ source: InspectJob.Source, limit: Int? = nil
  ) throws -> (seen: [InspectedMessage], summary: InspectSummary) {
    var seen: [InspectedMessage] = []
    let summary = try InspectJob(source, decoder: decoder, limit: limit).run { seen.append($0) }
    return (seen, summary)
  }

  private func event(_ message: InspectedMessage?) -> InspectedEvent? {
    guard case .event(let event) = message?.outcome else { return nil }
    return event
  }

  @Test("a file: each line in its order, as it was read or why it was refused")
  func file() throws {
    let path = try folder.file(
      "a.ndjson",
      lines: [
        good, "oops \u{1B}[31m", #"{"type":"login","account":"b","ts":1767225600000}"#,
        #"{"type":"login","ts":1767225600000}"#,
      ])
    let (seen, summary) = try inspect(.files([path]))
    #expect(seen.map(\.position) == [1, 2, 3, 4])
    let first = try #require(event(seen.first))
    #expect(first.type == "login" && first.account == "acme" && first.user == "u1")
    #expect(first.id == "e1" && first.feature == "export" && first.valueText == "2.5")
    #expect(first.time == EventTime(milliseconds: 1_767_225_600_123))
    #expect(event(seen[2])?.user == nil && event(seen[2])?.valueText == "1")
    guard case .refused(let reason, let detail, let excerpt) = seen[1].outcome else {
      Issue.record("\(seen[1])")
      return
    }
    #expect(reason == .notJSON && !detail.isEmpty && excerpt.hasPrefix("oops"))
    #expect(!seen[1].text.contains("\u{1B}"), "nothing moves the cursor")
    #expect(summary.events == 2 && summary.refused == 2 && summary.withoutID == 1)
    #expect(summary.refusedBy == [.notJSON: 1, .missingAccount: 1])
    #expect(summary.formats == [.thermocline: 4])
    #expect(summary.types == ["login": 2] && summary.isComplete)
    #expect(summary.text.contains("not_json 1") && summary.text.contains("login 2"))
  }

  @Test("every line of the JSON output is an object that says the same")
  func json() throws {
    let path = try folder.file("a.ndjson", lines: [good, "{"])
    let (seen, summary) = try inspect(.files([path]))
    let objects = try (seen.map(\.json) + [summary.json]).map { line in
      #expect(line.hasSuffix("\n"))
      return try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    #expect(objects[0]["outcome"] as? String == "event")
    #expect(objects[0]["account"] as? String == "acme" && objects[0]["value"] as? Double == 2.5)
    #expect(objects[0]["time"] as? String == "2026-01-01T00:00:00.123Z")
    #expect(objects[1]["outcome"] as? String == "refused")
    #expect(
      objects[1]["reason"] as? String == "not_json" && objects[1]["message"] as? String == "{")
    let total = try #require(objects[2]["summary"] as? [String: Any])
    #expect(total["events"] as? Int == 1 && total["refused"] as? Int == 1)
    #expect(total["format"] as? String == "thermocline")
  }

  @Test("with auto the format is told for each message, by its first keys or its headers")
  func detection() throws {
    let segment =
      #"{"type":"track","event":"Export","userId":"u1","messageId":"m1","timestamp":"2026-01-01T00:00:00Z","context":{"groupId":"acme"}}"#
    let broker = try EmbeddedBroker(topics: [("events", 1)])
    try write([("k", good), ("k", segment)], to: "events", of: broker)
    try write(
      [("k", "{}")], to: "events",
      headers: [
        ("ce_specversion", "1.0"), ("ce_id", "1"), ("ce_source", "s"), ("ce_type", "login"),
        ("ce_subject", "acme"), ("ce_time", "2026-01-01T00:00:00Z"),
      ].map { KafkaHeader($0.0, Array($0.1.utf8)) }, of: broker)
    let auto = FormatDecoder(
      format: .auto, latestAccepted: EventTime(year: 2030, month: 1, day: 1))
    var seen: [InspectedMessage] = []
    let summary = try InspectJob(.topic("events", broker.settings), decoder: auto)
      .run { seen.append($0) }
    #expect(seen.map(\.format) == [.thermocline, .segment, .cloudevents])
    #expect(seen.allSatisfy { event($0)?.account == "acme" })
    #expect(summary.formats == [.thermocline: 1, .segment: 1, .cloudevents: 1])
    #expect(summary.text.contains("read as thermocline 1, segment 1, cloudevents 1"))
    let path = try folder.file("mixed.ndjson", lines: [good, segment, "oops"])
    let inFile = try InspectJob(.files([path]), decoder: auto).run { _ in }
    #expect(inFile.formats == [.thermocline: 2, .segment: 1])
  }

  @Test("the limit ends it, and the summary says so")
  func limit() throws {
    let path = try folder.file("a.ndjson", lines: Array(repeating: good, count: 50))
    let (seen, summary) = try inspect(.files([path, path]), limit: 7)
    #expect(seen.count == 7 && summary.all == 7 && !summary.isComplete)
    #expect(try inspect(.files([path, path])).summary.all == 100)
  }

  @Test("a topic: all partitions, batches, tombstones and heartbeats, without a commit")
  func topic() throws {
    let broker = try EmbeddedBroker(topics: [("events", 2)])
    try write(
      [("acme", good), ("k", nil), ("k", "[" + good + "," + good + ",{}]")], to: "events",
      of: broker)
    try write(
      [(nil, nil)], to: "events", partition: 1,
      headers: [KafkaHeader("thermocline-watermark", Array("5".utf8))], of: broker)
    let (seen, summary) = try inspect(.topic("events", broker.settings))
    #expect(summary.events == 3 && summary.tombstones == 1 && summary.heartbeats == 1)
    #expect(summary.refused == 1)
    let places = Set(seen.map { "\($0.source)@\($0.position)" })
    #expect(places == ["events[0]@0", "events[0]@1", "events[0]@2", "events[1]@0"])
    #expect(seen.first { $0.source == "events[1]" }?.outcome == .heartbeat("5"))
    let failure = #expect(throws: JobFailure.self) {
      try inspect(.topic("nowhere", broker.settings))
    }
    #expect(failure?.status == .unavailable && failure?.message.contains("nowhere") == true)
  }

  @Test("a file that is not there, is empty or is damaged ends as a replay of it would")
  func failures() throws {
    let empty = try folder.file("empty.ndjson", [])
    let whole = try gzipped(folder.file("b.ndjson", lines: Array(repeating: good, count: 900)))
    let cut = try folder.file("cut.ndjson.gz", whole.dropLast(12))
    for (path, status) in [
      (folder.path + "/none", ExitStatus.noInput), (empty, .noInput), (cut, .badData),
    ] {
      let failure = #expect(throws: JobFailure.self) { try inspect(.files([path])) }
      #expect(failure?.status == status, "\(path)")
    }
  }
}
