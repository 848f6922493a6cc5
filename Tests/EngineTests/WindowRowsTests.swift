import Foundation
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineTestKit
import ThermoclineWindows

@testable import ThermoclineCodec

/// Window rows with late events: what a reader that upserts by account and end holds at last is what all accepted
/// events together make, and every change of a row that was written is said.
@Suite struct WindowRowsTests {
  private static let minute: Int64 = 60_000
  private let length = 5 * minute
  private let bound = 2_000
  private let names = ["events", "users", "login", "fading", "newest"]
  private var quantities: [WindowedQuantity] {
    let (length, slide) = (TimeSpan(milliseconds: length), TimeSpan.minutes(1))
    return [
      WindowedQuantity(.count, length: length, slide: slide),
      WindowedQuantity(.distinctUsers, length: length, slide: slide),
      WindowedQuantity(.sum, of: .types(["login"]), length: length, slide: slide),
      WindowedQuantity(.decayedCount(halfLife: .minutes(1)), length: length, slide: slide),
      WindowedQuantity(.last, length: length, slide: slide),
    ]
  }

  private func events(_ seed: UInt64, count: Int = 150) -> [TestEvent] {
    var random = SeededGenerator(seed: seed)
    var now = monday.milliseconds
    return (0..<count).map { _ in
      now += Int64.random(in: 0...40_000, using: &random)
      let isLate = Int.random(in: 0..<6, using: &random) == 0
      return TestEvent(
        ["login", "other"].randomElement(using: &random)!,
        account: ["a", "b"].randomElement(using: &random)!,
        user: ["u", "v", "w"].randomElement(using: &random)!,
        time: now - (isLate ? Int64.random(in: 0...1_200_000, using: &random) : 0),
        value: Int64.random(in: 0...5, using: &random))
    }
  }

  /// Each row's text, whether it is a correction, and how many events had been accepted when it was said.
  private func rows(
    _ events: [TestEvent], lateness: Int64, batchSize: Int = 1
  ) throws -> (rows: [(text: String, events: Int)], accepted: [TestEvent]) {
    let plan = try WindowPlan(quantities, retention: TimeSpan(milliseconds: lateness))
    let settings = WindowSettings(
      outOfOrderness: TimeSpan(milliseconds: Int64(bound)),
      allowedLateness: TimeSpan(milliseconds: lateness))
    let work = PartitionRunner(
      PartitionProcessor(
        partition: 0, store: WindowStore(plan: plan, settings: settings),
        observer: WindowRows(plan, names: names, writes: true)))
    var rows: [(String, Int)] = []
    var accepted: [TestEvent] = []
    for batch in batches(events, of: batchSize) {
      let output = OutputBatch()
      let before = accepted.count
      if batchSize == 1 {
        let event = events[Int(batch.nextPosition) - 1]
        work.process(batch, into: output)
        if output.counts.late == 0 { accepted.append(event) }
      } else {
        work.process(batch, into: output)
      }
      // The event at hand is behind the tick that it brings about, or it corrects and brings none about.
      rows += output.said.filter { $0.stream == .windows }.map { ($0.value, before) }
    }
    let output = OutputBatch()
    #expect(work.end(output))
    work.drain(output)
    rows += output.said.map { ($0.value, accepted.count) }
    return (rows, accepted)
  }

  private func naive(_ events: [TestEvent], _ account: String, _ end: Int64) -> String? {
    let mine = events.filter { $0.account == account && $0.time >= end - length && $0.time < end }
    guard let newest = mine.max(by: { ($0.time, $0.value) < ($1.time, $1.value) }) else {
      return nil
    }
    let fading = mine.reduce(0.0) { sum, event in
      let paneEnd = event.time / Self.minute * Self.minute + Self.minute
      return sum + pow(0.5, Double((end - paneEnd) / Self.minute))
    }
    let logins = mine.filter { $0.type == "login" }.reduce(0) { $0 + $1.value }
    return "\(mine.count) \(Set(mine.map(\.user)).count) \(logins) \(fading) \(newest.value)"
  }

  private func read(_ row: String) throws -> (key: String, value: String, isCorrected: Bool) {
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(row.utf8)) as? [String: Any])
    func number(_ name: String) -> Double { (json[name] as? NSNumber)?.doubleValue ?? .nan }
    let value =
      "\(Int(number("events"))) \(Int(number("users"))) \(Int(number("login"))) "
      + "\(number("fading")) \(Int(number("newest")))"
    return ("\(json["account"] ?? "") \(json["end"] ?? "")", value, json["corrected"] != nil)
  }

  private func time(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    return RFC3339.time(in: bytes.span, 0..<bytes.count)?.milliseconds
  }

  @Test(
    "each row is what the events so far make; corrections bring every earlier row up to date",
    arguments: 1...8)
  func corrections(seed: UInt64) throws {
    let lateness = [Int64(0), 300_000, 600_000, 3_600_000][Int(seed % 4)]
    let (rows, accepted) = try rows(events(seed), lateness: lateness)
    var held: [String: String] = [:]
    var corrected = 0
    for (text, events) in rows {
      let row = try read(text)
      let parts = row.key.split(separator: " ").map(String.init)
      let end = try #require(time(parts[1]))
      #expect(row.value == naive(Array(accepted[..<events]), parts[0], end), "\(row.key)")
      if row.isCorrected {
        corrected += 1
        #expect(held[row.key] != row.value, "\(row.key) was said again for nothing, seed \(seed)")
      } else {
        #expect(held[row.key] == nil, "\(row.key) was final already, seed \(seed)")
      }
      held[row.key] = row.value
    }
    #expect((corrected > 0) == (lateness > 0))
    var expected: [String: String] = [:]
    let times = accepted.map(\.time)
    for end in stride(
      from: times.min()! / Self.minute * Self.minute, through: times.max()! + length + Self.minute,
      by: Int(Self.minute))
    {
      for account in ["a", "b"] {
        guard let value = naive(accepted, account, end) else { continue }
        expected["\(account) \(EventTime(milliseconds: end))"] = value
      }
    }
    #expect(held == expected)
  }

  @Test(
    "batches of any size write the same rows, corrections among them", arguments: [2, 7, 1_000])
  func batching(size: Int) throws {
    let events = events(77)
    let one = try rows(events, lateness: 600_000).rows.map(\.text)
    let many = try rows(events, lateness: 600_000, batchSize: size).rows.map(\.text)
    #expect(one == many)
    #expect(one.contains { $0.contains(#""corrected":true"#) })
  }
}
