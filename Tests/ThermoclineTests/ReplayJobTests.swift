import Foundation
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineTestKit
import ThermoclineWindows

@testable import Thermocline

@Suite struct ReplayJobTests {
  private let folder: TemporaryFolder
  private var output: String { folder.path + "/out" }

  init() throws { folder = try TemporaryFolder() }

  private func replay(
    _ inputs: [String], to output: String? = nil, bound: TimeSpan = .minutes(1),
    emission: WindowEmission? = nil
  ) throws(JobFailure) -> ReplaySummary {
    var job = ReplayJob(
      inputs: inputs, output: output ?? self.output,
      settings: WindowSettings(outOfOrderness: bound, allowedLateness: .hours(1)))
    job.emission = emission
    return try job.run { _, _, _ in }
  }

  private func failure(_ inputs: [String], to output: String? = nil) -> JobFailure? {
    do throws(JobFailure) {
      _ = try replay(inputs, to: output)
      return nil
    } catch { return error }
  }

  @Test("counts of a small archive, by hand; all files complete under their names")
  func counts() throws {
    let at = monday.milliseconds + 12 * hour
    let path = try folder.file(
      "a.ndjson",
      lines: [
        TestEvent(account: "a", time: at).line,
        TestEvent(account: "b", time: at + 10).line,
        "",
        "{\"type\":\"login\",\"account\":\"a\"}",
        "not json",
        // The watermark stands at 14:59: behind 13:59 is late; 14:30 corrects the hour of 14:00 only if it is closed.
        TestEvent(account: "a", time: at + 3 * hour).line,
        TestEvent(account: "b", time: at + hour + 59 * 60_000).line,
        TestEvent(account: "b", time: at + hour + 59 * 60_000 - 1).line,
        TestEvent(account: "c", time: at + 3 * hour - 1).line,
      ])
    let summary = try replay([path])
    #expect(summary.counts.read == 8)
    #expect(summary.counts.applied == 5)
    #expect(summary.counts.corrections == 1)
    #expect(summary.counts.late == 1)
    #expect(summary.counts.refused == 2)
    #expect(summary.counts.refusedBy == [.missingTime: 1, .notJSON: 1])
    #expect(summary.accounts == 3)
    #expect(summary.watermark == EventTime(milliseconds: at + 3 * hour))
    #expect(
      try folder.names(in: "out")
        == [
          "alerts.ndjson", "dead-letters.ndjson", "rollups.ndjson", "score-changes.ndjson",
          "scores.ndjson",
        ])
    let accounts = try folder.lines("out/scores.ndjson").map { try json($0)["account"] as? String }
    #expect(accounts == ["a", "b", "c"])
    let letters = try folder.lines("out/dead-letters.ndjson").map { try json($0) }
    #expect(letters.map { $0["reason"] as? String } == ["late", "missing_time", "not_json"])
    #expect(letters.map { $0["position"] as? Int } == [8, 4, 5])
    #expect(letters[2]["message"] as? String == "not json")
    let read = try json(summary.json)
    #expect(read["read"] as? Int == 8)
  }

  @Test("an archive of refused lines only has no event time, and no scores")
  func allRefused() throws {
    let summary = try replay([try folder.file("a.ndjson", lines: ["x", "{}"])])
    #expect(summary.counts.refused == 2)
    #expect(summary.watermark == nil)
    #expect(try json(summary.json)["watermark"] is NSNull)
    #expect(summary.text.contains("accounts 0"))
    #expect(try folder.text("out/scores.ndjson").isEmpty)
  }

  @Test("arrival in any order within the bound writes the same bytes", arguments: [UInt64(1), 2])
  func shuffled(seed: UInt64) throws {
    let sorted = history(accounts: 3, days: 32, seed: seed, perDay: 12, values: 1...3)
    var random = SeededGenerator(seed: seed)
    let bound = 3 * hour
    let arrived = sorted.map { ($0.time + Int64.random(in: 0...bound, using: &random), $0) }
      .sorted { ($0.0, $0.1.account) < ($1.0, $1.1.account) }.map(\.1)
    let moved = zip(arrived, sorted).count { $0 != $1 }
    #expect(moved > sorted.count / 5)
    let (a, b) = (folder.path + "/a", folder.path + "/b")
    let span = TimeSpan(milliseconds: bound)
    let first = try replay(
      [try folder.file("a.ndjson", lines: sorted.map(\.line))], to: a, bound: span)
    let second = try replay(
      [try folder.file("b.ndjson", lines: arrived.map(\.line))], to: b, bound: span)
    #expect(first.counts.applied == sorted.count && second.counts.applied == sorted.count)
    for name in ["scores.ndjson", "score-changes.ndjson", "alerts.ndjson"] {
      #expect(try folder.text("a/" + name) == folder.text("b/" + name), "\(name)")
    }
    #expect(try folder.lines("a/scores.ndjson").count == 3)
    #expect(try folder.lines("a/score-changes.ndjson").count > 10)
    #expect(try !folder.lines("a/alerts.ndjson").isEmpty, "the account that fell silent")
  }

  @Test(
    "one clock in the far future expires nobody's windows: the event is refused, the rest is as without it"
  )
  func farFuture() throws {
    let events = history(accounts: 2, days: 10, seed: 3, values: 1...3)
    let plain = try folder.file("plain.ndjson", lines: events.map(\.line))
    let future = TestEvent(
      account: "acct-0", time: EventTime(year: 2999, month: 1, day: 1).milliseconds)
    var lines = events.map(\.line)
    lines.insert(future.line, at: lines.count / 2)
    let odd = try folder.file("odd.ndjson", lines: lines)
    let window = WindowEmission(length: .hours(6), slide: .hours(1), types: [])
    _ = try replay([plain], to: folder.path + "/plain", emission: window)
    let summary = try replay([odd], to: folder.path + "/odd", emission: window)
    #expect(summary.counts.refusedBy[.timeInFuture] == 1)
    for file in ["scores", "score-changes", "alerts", "windows"] {
      let (a, b) = (
        try folder.lines("plain/\(file).ndjson"), try folder.lines("odd/\(file).ndjson")
      )
      #expect(a == b, "\(file)")
      #expect(!a.isEmpty || file == "alerts")
    }
    #expect(try folder.lines("odd/dead-letters.ndjson").count == 1)
  }

  @Test("a late event inside the allowed lateness writes the rows of its windows again, marked")
  func correctedRows() throws {
    func event(_ user: String, _ hours: Int64, _ minutes: Int64) -> TestEvent {
      TestEvent(
        account: "a", user: user, time: monday.milliseconds + hours * hour + minutes * 60_000)
    }
    // With a bound of a minute everything before 04:00 is final when the event of 03:05 comes.
    let events = [event("u", 3, 10), event("u", 4, 2), event("v", 3, 5), event("u", 9, 0)]
    let path = try folder.file("a.ndjson", lines: events.map(\.line))
    _ = try replay(
      [path], emission: WindowEmission(length: .hours(2), slide: .minutes(30), types: []))
    let rows = try folder.lines("out/windows.ndjson").map { line in
      let row = try json(line)
      let end = try #require(row["end"] as? String)
      let mark = row["corrected"] as? Bool == true ? " again" : ""
      return "\(end.dropFirst(11).prefix(5)) \(row["events"] ?? "") \(row["users"] ?? "")" + mark
    }
    #expect(
      rows == [
        "03:30 1 1", "04:00 1 1", "03:30 2 2 again", "04:00 2 2 again", "04:30 3 2", "05:00 3 2",
        "05:30 1 1", "06:00 1 1", "09:30 1 1", "10:00 1 1", "10:30 1 1", "11:00 1 1",
      ])
    // Without late events nothing is said again.
    _ = try replay(
      [try folder.file("b.ndjson", lines: events.sorted { $0.time < $1.time }.map(\.line))],
      emission: WindowEmission(length: .hours(2), slide: .minutes(30), types: []))
    #expect(try folder.lines("out/windows.ndjson").allSatisfy { !$0.contains("corrected") })
  }

  @Test("accounts whose names look alike stay two")
  func equivalentNames() throws {
    let names = ["caf\u{E9}", "cafe\u{301}"]
    let path = try folder.file(
      "a.ndjson", lines: names.map { TestEvent(account: $0, time: monday.milliseconds).line })
    #expect(try replay([path]).accounts == 2)
    #expect(try folder.lines("out/scores.ndjson").count == 2)
  }

  @Test("window rows are those of a naive computation")
  func windows() throws {
    let (length, slide) = (6 * hour, 2 * hour)
    let events = history(accounts: 3, days: 3, seed: 9, perDay: 6, values: 1...3)
    let path = try folder.file("a.ndjson", lines: events.map(\.line))
    _ = try replay(
      [path],
      emission: WindowEmission(
        length: TimeSpan(milliseconds: length), slide: TimeSpan(milliseconds: slide),
        types: ["login", "bot_call"]))
    var expected: [String] = []
    let first = events[0].time / slide * slide
    for end in stride(
      from: first + slide, through: events.last!.time + length + slide, by: Int(slide))
    {
      for account in ["acct-0", "acct-1", "acct-2"] {
        let mine = events.filter {
          $0.account == account && $0.time >= end - length && $0.time < end
        }
        if mine.isEmpty { continue }
        func sum(_ type: String) -> Int64 {
          mine.filter { $0.type == type }.reduce(0) { $0 + $1.value }
        }
        expected.append(
          "\(account) \(EventTime(milliseconds: end)) \(mine.count) \(Set(mine.map(\.user)).count) "
            + "\(sum("login")) \(sum("bot_call"))")
      }
    }
    let found = try folder.lines("out/windows.ndjson").map { line in
      let row = try json(line)
      return ["account", "end", "events", "users", "login", "bot_call"]
        .map { "\(row[$0] ?? "?")" }.joined(separator: " ")
    }
    #expect(found.count == expected.count)
    #expect(found == expected)
  }

  @Test(
    "before the cut of a truncated archive everything is applied and written; the failure names file and byte"
  )
  func truncated() throws {
    let events = history(accounts: 4, days: 60, seed: 4, values: 1...3)
    let plain = try folder.file("whole.ndjson", lines: events.map(\.line))
    let packed = try gzipped(plain)
    let cut = packed.count * 3 / 4
    let path = try folder.file("cut.ndjson.gz", packed[..<cut])
    let why = failure([path])
    #expect(why?.status == .badData)
    #expect(why?.message.contains(path) == true)
    #expect(why?.message.contains("byte \(cut)") == true)
    // gzip(1) itself says what lies before the cut.
    let known = try wholeLinesBeforeCut(of: path)
    #expect(known.count > 10 && known.count < events.count)
    let same = folder.path + "/same"
    _ = try replay([try folder.file("known.ndjson", lines: known)], to: same)
    for name in ["scores.ndjson", "score-changes.ndjson", "alerts.ndjson"] {
      #expect(try folder.text("out/" + name) == folder.text("same/" + name), "\(name)")
    }
    #expect(try folder.names(in: "out").filter { $0.hasSuffix(".partial") }.isEmpty)
  }

  private func wholeLinesBeforeCut(of path: String) throws -> [String] {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", path]
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: data, as: UTF8.self)
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  @Test("what cannot be read is said before anything of an earlier run is replaced")
  func unreadable() throws {
    let good = try folder.file("good.ndjson", lines: [TestEvent(time: monday.milliseconds).line])
    _ = try replay([good])
    let before = try folder.text("out/scores.ndjson")
    #expect(!before.isEmpty)
    for (input, part) in [(folder.path + "/missing", "no such file"), (folder.path, "directory")] {
      let why = failure([good, input])
      #expect(why?.status == .noInput)
      #expect(why?.message.contains(part) == true)
      #expect(why?.message.contains(input) == true)
      #expect(try folder.text("out/scores.ndjson") == before)
    }
    let empty = try folder.file("empty.ndjson", [])
    let why = failure([empty])
    #expect(why?.status == .noInput)
    #expect(why?.message.contains(empty) == true)
  }

  @Test("a folder that cannot be written to is said, and so is a file in its place")
  func unwritable() throws {
    let good = try folder.file("good.ndjson", lines: [TestEvent(time: monday.milliseconds).line])
    for output in [good, folder.path + "/no/such", "/proc/thermocline", "/proc"] {
      let why = failure([good], to: output)
      #expect(why?.status == .cannotWrite, "\(output)")
      #expect(why?.message.contains(output) == true)
    }
  }

  private func json(_ line: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }
}
