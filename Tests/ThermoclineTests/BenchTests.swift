import Foundation
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineTestKit

@testable import Thermocline

/// Small runs of the benchmarks: that they measure what they say, never how fast it was.
@Suite struct BenchTests {
  private static let types = ["login", "feature_click", "bot_call", "session"]

  private struct Event {
    var account: Int
    var user: Int
    var type: Int
    var time: Int64
    var count: Int

    var line: String {
      "{\"id\":\"e\",\"type\":\"\(BenchTests.types[type])\",\"account\":\"acct-\(account)\","
        + "\"user\":\"u-\(account)-\(user)\",\"ts\":\(time),\"count\":\(count)}\n"
    }
  }

  /// Like the reference workload: ten events a second here, each up to 5 s behind the clock.
  private static func events(_ count: Int, seed: UInt64) -> [Event] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { i in
      let account = Int.random(in: 0..<100, using: &random) * Int.random(in: 0..<3, using: &random)
      return Event(
        account: account, user: Int.random(in: 0...(account % 7), using: &random),
        type: Int.random(in: 0..<4, using: &random),
        time: 1_767_225_600_000 + Int64(i) * 100 - Int64.random(in: 0...5_000, using: &random),
        count: Int.random(in: 1...5, using: &random))
    }
  }

  private static func withArchive<R>(_ events: [Event], _ body: (String) throws -> R) throws -> R {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("bench-\(UUID().uuidString).ndjson")
    try Data(events.map(\.line).joined().utf8).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(url.path)
  }

  /// Every event is put into every window it belongs to, one by one.
  private static func naiveAnswer(_ events: [Event], minutes: Int64) -> String {
    struct Key: Hashable { var account: Int, end: Int64 }
    struct Row {
      var events = 0
      var users: Set<Int> = []
      var sums = [0, 0, 0, 0]
    }
    var rows: [Key: Row] = [:]
    for event in events {
      let pane = event.time / 60_000
      for end in (pane + 1)...(pane + minutes) {
        rows[Key(account: event.account, end: end), default: Row()].events += 1
        rows[Key(account: event.account, end: end)]!.users.insert(event.user)
        rows[Key(account: event.account, end: end)]!.sums[event.type] += event.count
      }
    }
    var sums = [("events", rows.values.reduce(0) { $0 + $1.events })]
    sums.append(("users", rows.values.reduce(0) { $0 + $1.users.count }))
    for (t, type) in types.enumerated() {
      sums.append((type, rows.values.reduce(0) { $0 + $1.sums[t] }))
    }
    return (["rows \(rows.count)"] + sums.map { "\($0.0) \(Double($0.1))" }).joined(separator: ", ")
  }

  @Test func aPolicyIsMeasuredBesideCountingOnly() throws {
    let events = Self.events(3_000, seed: 9).map { event in
      var event = event
      // Five days of them: midnights and what they bring about.
      event.time += (event.time - 1_767_225_600_000) * 1_440
      return event
    }.sorted { $0.time < $1.time }
    try Self.withArchive(events) { path in
      var bench = PolicyBench(input: path)
      bench.rounds = 1
      let result = try bench.run()
      #expect(result.counting[0].counts.applied == events.count)
      #expect(result.whole[0].counts.applied == events.count)
      #expect(result.whole[0].counts.scores > result.counting[0].counts.scores)
      #expect(result.counting[0].counts.scores > 0)
      #expect(result.json.contains(#""eventsRatio":"#))
    }
  }

  @Test(arguments: WindowsBench.Threads.allCases)
  func windowsAnswerLikeTheNaiveQuery(_ threads: WindowsBench.Threads) throws {
    let events = Self.events(20_000, seed: 7)
    let expected = Self.naiveAnswer(events, minutes: 10)
    try Self.withArchive(events) { path in
      var bench = WindowsBench(
        input: path,
        emission: WindowEmission(length: .minutes(10), slide: .minutes(1), types: Self.types))
      bench.threads = threads
      let result = try bench.run()
      print("bench windows, seed 7, \(threads): \(result.answer)")
      #expect(result.answer == expected)
      #expect(result.counts.read == 20_000)
      #expect(result.counts.applied == 20_000)
      #expect(result.expense.seconds > 0)
    }
  }

  @Test func missingInputIsAFailureWithAStatus() {
    let emission = WindowEmission(length: .minutes(10), slide: .minutes(1), types: Self.types)
    for threads in WindowsBench.Threads.allCases {
      var bench = WindowsBench(input: "/nowhere/events.ndjson", emission: emission)
      bench.threads = threads
      #expect { try bench.run() } throws: { ($0 as? JobFailure)?.status == .noInput }
    }
  }

  @Test func decodingSeesEveryEventOnce() throws {
    let events = Self.events(5_000, seed: 8)
    try Self.withArchive(events) { path in
      let result = try DecodeBench(input: path, format: InputSettings()).run()
      #expect(result.events == 5_000)
      #expect(result.refused == 0)
      #expect(result.valueMicros == events.reduce(0) { $0 + $1.count } * 1_000_000)
      #expect(result.bytes == events.reduce(0) { $0 + $1.line.utf8.count })
    }
  }

  @Test func sweepReadsTheSameEventsAtEveryLength() throws {
    try Self.withArchive(Self.events(3_000, seed: 9)) { path in
      var bench = SweepBench(input: path)
      bench.panes = [10, 1_000]
      bench.rounds = 1
      let result = try bench.run()
      #expect(result.events == 3_000)
      #expect(result.points.map(\.panes) == [10, 1_000])
      #expect(result.points[0].ratio == 1)
      #expect(result.points.allSatisfy { $0.readings > 0 })
    }
  }

  @Test(arguments: [1, 16]) func ringsLoseNothing(_ capacity: Int) {
    #expect(RingBench(elements: 20_000, capacity: capacity).run().isComplete)
  }

  @Test func scoresAreWorkedOutAndWritten() {
    let small = ScoreBench(accounts: 20, rounds: 1).run()
    let twice = ScoreBench(accounts: 20, rounds: 2).run()
    #expect(small.scores == 20 && twice.scores == 40)
    #expect(small.points > 0 && twice.points == 2 * small.points)
    #expect(small.bytes > 20 * 1_000 && twice.bytes == 2 * small.bytes)
    #expect(small.protobufBytes > 20 * 200 && small.protobufBytes < small.bytes / 2)
  }

  @Test func memoryCountsTheAccountsItMade() throws {
    var bench = MemoryBench()
    bench.quiet.accounts = 50
    bench.weeks = 1
    let result = try bench.run()
    #expect(result.accounts == 50)
    // 50 accounts, 20 events each expected; 200 is more than six standard deviations.
    #expect(abs(result.events - 1_000) < 200)
    #expect(result.storeBytes > 0 && result.healthBytes > 0)
  }

  @Test func recoveryBringsTheAccountsBack() throws {
    let folder = try TemporaryFolder()
    var bench = RecoveryBench(folder: folder.path + "/cache")
    bench.quiet.accounts = 60
    (bench.weeks, bench.partitions, bench.sets, bench.loadSeconds) = (1, 3, 2, 1)
    let result = try bench.run()
    #expect(result.accounts == (60, 60))
    #expect(result.figures.contains { $0.name == "overhead" })
    #expect(try !folder.names(in: "cache").isEmpty)
  }

  @Test func pipelineAndEmptyConsumerReadTheWholeLog() throws {
    let events = Self.events(3_000, seed: 10)
    try Self.withArchive(events) { path in
      var bench = PipelineBench(source: .archives([path]))
      bench.partitions = 2
      bench.rounds = 1
      bench.comparison = .otherGuarantee
      let result = try bench.run()
      // The events and a heartbeat for each partition.
      #expect(result.messages == 3_002)
      #expect(result.empty.count == 1 && result.job.count == 1 && result.other.count == 1)
      #expect(result.scores > 0)
    }
  }

  @Test(.enabled(if: Executable.path != nil, "the executable is not built: skipped"))
  func pipelineMeasuresAWatchedJobToo() throws {
    try Self.withArchive(Self.events(3_000, seed: 13)) { path in
      let ended = try Executable.run([
        "bench", "pipeline", "--input", path, "--partitions", "2", "--rounds", "1",
        "--compare-watched", "--json",
      ])
      try #require(ended.status == 0, "\(ended.standardError)")
      // It ended well, so the metrics came; on a busy machine the first look may find everything read.
      #expect(ended.standardOutput.contains(/"watchedRatio":[0-9.]+/))
    }
  }

  @Test func pipelineEndsThoughAClockIsWrong() throws {
    var events = Self.events(2_000, seed: 12)
    // Of 2199: were it believed, its partition would wait for all the others' days up to then.
    events[700].time = 7_258_032_000_000
    try Self.withArchive(events) { path in
      var bench = PipelineBench(source: .archives([path]))
      bench.partitions = 24
      bench.rounds = 1
      let result = try bench.run()
      #expect(result.messages == 2_024)
      // It ended; on a busy machine the first look may find everything read.
      #expect(result.job.count == 1 && result.scores > 0)
    }
  }

  @Test func pipelineRefusesALogThatIsNotKept() throws {
    var random = SeededGenerator(seed: 13)
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    // 200 random letters an event, which no compression makes less than 140 bytes: 7 MB, and 5 MiB are kept.
    let lines = (0..<50_000).map { i in
      let user = String((0..<200).map { _ in letters.randomElement(using: &random)! })
      return
        #"{"type":"login","account":"a","user":"\#(user)","ts":\#(1_767_225_600_000 + i)}"# + "\n"
    }
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("bench-\(UUID().uuidString).ndjson")
    try Data(lines.joined().utf8).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    var bench = PipelineBench(source: .archives([url.path]))
    bench.partitions = 2
    #expect { try bench.run() } throws: {
      ($0 as? JobFailure)?.status == .usage
        && ($0 as? JobFailure)?.message.contains("embedded broker retains") == true
    }
  }

  @Test func patienceEndsWhenNothingHappens() {
    var patience = Patience(seconds: 3_600)
    patience.note(1)
    #expect(!patience.isOver)
    var none = Patience(seconds: 0)
    none.note(1)
    while !none.isOver {}
  }

  @Test func latencySeesEveryEvent() throws {
    var bench = LatencyBench()
    bench.rates = [500]
    bench.seconds = 1
    bench.warmUpSeconds = 1
    bench.accounts = 50
    bench.measuresHalf = true
    bench.maximumEvents = 1_000
    let result = try bench.run()
    #expect(result.readings.map(\.rate) == [500, try #require(result.maximumPerSecond) / 2])
    #expect(result.readings.allSatisfy { $0.invisible == 0 })
    let reading = try #require(result.readings.first)
    #expect(reading.events == 1_000)
    #expect(reading.counted == 500)
    #expect(reading.invisible == 0)
    #expect(
      reading.p50 <= reading.p99 && reading.p99 <= reading.p999 && reading.p999 <= reading.max)
  }

  @Test func countsOfAScoreAreFoundInItsJSON() {
    func count(_ text: String) -> Int? {
      unsafe Array(text.utf8).withUnsafeBytes { unsafe LatencyWatcher.eventsCount(in: $0) }
    }
    #expect(
      count(
        #"{"account":"a","measures":[{"name":"users_28d","value":3},{"name":"events_7d","dimension":"outcome","value":42,"expected":null}]}"#
      ) == 42)
    #expect(count(#"{"account":"a","measures":[{"name":"users_28d","value":3}]}"#) == nil)
    #expect(count(#"{"name":"events_7d","dimension":"outcome","value":null}"#) == nil)
  }

  @Test func planNumbersEventsAndNames() {
    let plan = LatencyPlan(rate: 1_000, accounts: 7, events: 100, warmUpEvents: 10)
    var seen = [Int](repeating: 0, count: 7)
    for event in 0..<100 {
      let account = plan.account(of: event)
      seen[account] += 1
      #expect(plan.event(seen[account], of: account) == event)
      #expect(plan.dueCount(after: plan.due(event)) == event + 1)
    }
    let found = unsafe Array(LatencyPlan.name(of: 123).utf8).withUnsafeBytes {
      unsafe LatencyPlan.account(named: $0)
    }
    #expect(found == 123)
  }

  @Test func resultsAreOneLineOfJSON() throws {
    let result = RingBench(elements: 100, capacity: 4).run()
    let object = try JSONSerialization.jsonObject(with: Data(result.json.utf8)) as? [String: Any]
    #expect(object?["bench"] as? String == "rings")
    #expect(object?["elements"] as? Int == 100)
    #expect(!result.json.contains("\n"))
    #expect(result.text.contains("elements"))
  }
}
