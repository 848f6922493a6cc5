import Foundation
import Logging
import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineEngine
import ThermoclineKafka
import ThermoclineKafkaTestKit
import ThermoclineTestKit
import ThermoclineWindows

@testable import Thermocline

@Suite(.timeLimit(.minutes(5))) struct RedriveJobTests {
  private let input = TestBroker.unique("events")
  private let other = TestBroker.unique("other")
  private let group = TestBroker.unique("job")
  private let outputs = KafkaSink.Topics.unique()
  private var letters: String { outputs.deadLetters }

  private func decoder(_ format: InputFormat = .thermocline) -> FormatDecoder {
    FormatDecoder(format: format, latestAccepted: EventTime(year: 2030, month: 1, day: 1))
  }

  private func redrive(
    _ broker: TestBroker, sends: Bool = true, _ change: (inout RedriveJob) -> Void = { _ in }
  ) throws -> RedriveSummary {
    var job = RedriveJob(topic: letters, kafka: broker.settings, decoder: decoder())
    job.sends = sends
    change(&job)
    return try job.run()
  }

  private func letter(
    _ reason: RefusalReason, _ value: String?, key: String? = "k", offset: Int, partition: Int = 0,
    isHomeless: Bool = false, to broker: TestBroker
  ) throws {
    var headers = [
      KafkaHeader("error.reason", Array(reason.rawValue.utf8)),
      KafkaHeader("error.detail", Array("because \(offset)".utf8)),
      KafkaHeader("source.partition", Array("\(partition)".utf8)),
      KafkaHeader("source.offset", Array("\(offset)".utf8)),
    ]
    if !isHomeless { headers.append(KafkaHeader("source.topic", Array(input.utf8))) }
    try write([(key, value)], to: letters, partition: 0, headers: headers, of: broker)
  }

  private let good = #"{"type":"login","account":"b","user":"u","ts":1767225600000}"#

  @Test("what would be refused again, is empty, homeless or for the job to judge stays and is told")
  func selection() throws {
    let broker = try TestBroker(topics: [(letters, 1), (input, 3), (other, 1)])
    try letter(.notJSON, "still not json", offset: 10, to: broker)
    try letter(.missingAccount, good, key: "b", offset: 11, partition: 2, to: broker)
    try letter(.late, good, offset: 12, to: broker)
    try letter(.emptyMessage, "", offset: 13, to: broker)
    try letter(.missingAccount, good, offset: 14, isHomeless: true, to: broker)
    try letter(.missingAccount, good, key: nil, offset: 15, partition: 1, to: broker)

    let dry = try redrive(broker, sends: false)
    #expect(dry.read == 6 && dry.selected == 6 && dry.sent == 2 && !dry.isSent)
    #expect(dry.stillRefused == ["not_json": 1] && dry.unnamed == ["late": 1])
    #expect(dry.empty == 1 && dry.homeless == 1)
    #expect(dry.text.contains("Nothing was sent"))
    #expect(try readAll(input, of: broker).isEmpty, "a dry run sends nothing")

    let wet = try redrive(broker)
    #expect(wet.sent == 2 && wet.sentTo == [input: 2])
    #expect(wet.ranges == [0: .init(first: 1, last: 5, count: 2)] && wet.after == "0:5")
    let sent = try readAll(input, of: broker)
    #expect(sent.map(\.partition) == [1, 2], "where they came from")
    #expect(sent.map(\.key) == [nil, Array("b".utf8)])
    #expect(sent.map(\.text) == [good, good])
    #expect(sent.map { $0.headers[RedriveJob.header] } == ["\(letters)[0]@5", "\(letters)[0]@1"])
    #expect(sent.allSatisfy { $0.headers.count == 1 })

    let late = try redrive(broker) {
      $0.selection.reasons = ["late"]
      $0.target = other
    }
    #expect(late.selected == 1 && late.sentTo == [other: 1])
    let behind = try redrive(broker) {
      $0.selection.after = [0: 4]
      $0.target = other
    }
    #expect(behind.selected == 1 && behind.sent == 1)
    let forced = try redrive(broker) {
      $0.isForced = true
      $0.target = other
    }
    #expect(forced.sent == 5 && forced.empty == 1)
    let sentElsewhere = try readAll(other, of: broker)
    #expect(sentElsewhere.count == 7 && sentElsewhere.contains { $0.text == "still not json" })
  }

  @Test("letters are counted by reason, the newest is shown, times select")
  func listing() throws {
    let broker = try TestBroker(topics: [(letters, 1)])
    for i in 0..<5 { try letter(.notJSON, "bad \(i)", offset: i, to: broker) }
    try letter(.late, good, offset: 9, partition: 1, to: broker)
    try write([("k", "stranger")], to: letters, of: broker)
    let list = try DeadLetterList(letters, kafka: broker.settings)
    #expect(list.groups.mapValues(\.count) == ["not_json": 5, "late": 1, "(none)": 1])
    let group = try #require(list.groups["not_json"])
    #expect(group.excerpt == "bad 4" && group.offset == 4 && group.source == "\(input)[0]@4")
    #expect(group.detail == "because 4" && group.oldest! <= group.newest!)
    #expect(list.text.contains("not_json  5") && list.text.contains("because 4"))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(list.json.utf8)) as? [String: Any])
    #expect(object["count"] as? Int == 7)
    let reasons = try #require(object["reasons"] as? [[String: Any]])
    #expect(reasons.map { $0["reason"] as? String } == ["not_json", "(none)", "late"])
    var selection = DeadLetterSelection()
    selection.reasons = ["late"]
    #expect(
      try DeadLetterList(letters, kafka: broker.settings, selection: selection).count == 1)
    selection.reasons = []
    selection.since = wallClock() + .hours(1)
    #expect(
      try DeadLetterList(letters, kafka: broker.settings, selection: selection).count == 0)
    selection.since = nil
    selection.until = wallClock() + .hours(1)
    #expect(
      try DeadLetterList(letters, kafka: broker.settings, selection: selection).count == 7)
  }

  @Test(
    "positions are read as they are printed",
    arguments: [
      ("0:41", [0: 41]), ("0:41,1:7", [0: 41, 1: 7]), ("", nil), ("0", nil), ("0:x", nil),
      ("-1:3", nil), ("0:1,0:2", nil), ("0:1,", nil),
    ] as [(String, [Int32: Int64]?)])
  func positions(text: String, expected: [Int32: Int64]?) {
    #expect(DeadLetterSelection.positions(text) == expected)
  }

  private func brokerOfTheJob() throws -> TestBroker {
    try TestBroker(topics: ([input] + outputs.all).map { (name: $0, partitions: 1) })
  }

  /// What the job counts until it has read so many events.
  private func run(
    accountsMax: Int, until read: Int, _ broker: TestBroker
  ) throws -> EventCounts {
    var settings = StreamingSettings(
      kafka: broker.settings, group: group, inputTopics: [input], outputTopics: outputs)
    settings.kafka["session.timeout.ms"] = TestBroker.sessionMilliseconds
    settings.windows = WindowSettings(
      outOfOrderness: .minutes(5), allowedLateness: .hours(1), accountsMax: accountsMax)
    settings.idleAfter = .zero
    let job = try StreamingJob(
      settings, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let thread = OwnThread("job") { [job] in
      do throws(JobFailure) { try job.run() } catch { Issue.record("\(error)") }
    }
    while job.pipeline.snapshot.totals.read < read, job.pipeline.snapshot.failure == nil {
      pauseBriefly()
    }
    job.stop()
    thread.join()
    return job.pipeline.snapshot.totals
  }

  @Test("a binary CloudEvent comes back with its headers: refused, sent again, applied")
  func binaryCloudEvents() throws {
    let broker = try brokerOfTheJob()
    let attributes = [
      ("ce_specversion", "1.0"), ("ce_id", "1"), ("ce_source", "/web"), ("ce_type", "login"),
      ("ce_subject", "b"), ("ce_time", "\(monday)"), ("content-type", "application/json"),
    ]
    func headers(_ attributes: [(String, String)]) -> [KafkaHeader] {
      attributes.map { KafkaHeader($0.0, Array($0.1.utf8)) }
    }
    let data = #"{"user":"u","value":2}"#
    let first = TestEvent(account: "a", time: monday.milliseconds).line
    try write([("k", first)], to: input, of: broker)
    // One that only the windows refuse, with names of ours and a null among its headers; one that is no event.
    let foreign = [
      KafkaHeader("error.reason", Array("theirs".utf8)), KafkaHeader("trace", Array("x".utf8)),
      KafkaHeader("trace", Array("y".utf8)), KafkaHeader("nothing", nil),
    ]
    try write(
      [("k", data)], to: input, headers: headers(attributes) + foreign, of: broker)
    let old = attributes.map { $0.0 == "ce_specversion" ? ($0.0, "0.3") : $0 }
    try write([("k", data)], to: input, headers: headers(old), of: broker)
    let refused = try run(accountsMax: 1, until: 3, broker)
    #expect(refused.refusedBy == [.tooManyAccounts: 1, .unsupportedVersion: 1])

    let lying = try readAll(letters, of: broker).sorted { $0.headers.count > $1.headers.count }
    #expect(
      lying.map { $0.headers["error.reason"] } == ["too_many_accounts", "unsupported_version"])
    #expect(lying.map { $0.headers["ce_specversion"] } == ["1.0", "0.3"])
    #expect(lying.allSatisfy { $0.text == data && $0.headers["source.topic"] == input })
    #expect(lying[0].headers["trace"] == "y" && lying[0].headers["nothing"] == "")

    let summary = try redrive(broker) {
      $0.decoder = decoder(.auto)
      $0.selection.reasons = ["too_many_accounts", "unsupported_version"]
    }
    #expect(summary.sent == 1 && summary.stillRefused == ["unsupported_version": 1])
    let again = try #require(try readAll(input, of: broker).last)
    var expected = Dictionary(uniqueKeysWithValues: attributes)
    expected.merge(["trace": "y", "nothing": ""]) { $1 }
    expected[RedriveJob.header] = "\(letters)[0]@\(lying[0].offset)"
    #expect(again.headers == expected && again.text == data && again.keyText == "k")

    let applied = try run(accountsMax: 10, until: 1, broker)
    #expect(applied.applied == 1 && applied.refused == 0)
    #expect(Set(try readAll(outputs.scores, of: broker).map(\.keyText)) == ["a", "b"])
  }

  @Test("headers past the bound are counted, and such a letter is sent by force only")
  func manyHeaders() throws {
    let broker = try brokerOfTheJob()
    let many = (0..<Limits.letterHeadersMax + 3).map { KafkaHeader("h\($0)", [0]) }
    try write([("k", "junk")], to: input, headers: many, of: broker)
    _ = try run(accountsMax: 1, until: 1, broker)
    let letter = try #require(try readAll(letters, of: broker).first)
    #expect(letter.headers["error.headers_left_out"] == "3")
    #expect(letter.headers["h63"] != nil && letter.headers["h64"] == nil)
    let kept = try redrive(broker)
    #expect(kept.sent == 0 && kept.incomplete == 1 && kept.text.contains("--force"))
    let forced = try redrive(broker) { $0.isForced = true }
    #expect(forced.sent == 1)
    let again = try #require(try readAll(input, of: broker).last)
    #expect(again.headers.count == Limits.letterHeadersMax + 1)
  }

  @Test("end to end: a job refuses, the accounts' limit is raised, the letters are applied")
  func throughTheJob() throws {
    let broker = try brokerOfTheJob()
    let events = ["a", "b", "c"].map { TestEvent(account: $0, time: monday.milliseconds).line }
    try write(events.map { ("k", $0) } + [("k", "junk")], to: input, of: broker)
    let first = try run(accountsMax: 1, until: 4, broker)
    #expect(first.refusedBy == [.tooManyAccounts: 2, .notJSON: 1])
    let summary = try redrive(broker) { $0.selection.reasons = ["too_many_accounts", "not_json"] }
    #expect(summary.sent == 2 && summary.stillRefused == ["not_json": 1])
    let second = try run(accountsMax: 10, until: 2, broker)
    #expect(second.applied == 2 && second.refused == 0)
    let scored = Set(try readAll(outputs.scores, of: broker).map(\.keyText))
    #expect(scored == ["a", "b", "c"])
  }
}
