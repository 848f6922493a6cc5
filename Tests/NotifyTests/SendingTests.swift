import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineNotify

@Suite struct SendingTests {
  // MARK: Retries

  @Test("the bound doubles up to its maximum; every delay lies below it, and they spread over it")
  func fullJitter() {
    let schedule = RetrySchedule(first: .seconds(1), last: .minutes(5))
    let bounds = (1...12).map { schedule.bound(failures: $0).milliseconds / 1_000 }
    #expect(bounds == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
    #expect(schedule.bound(failures: 1_000_000) == .minutes(5))
    var generator = SeededGenerator(seed: 7)
    for failures in 1...12 {
      let bound = schedule.bound(failures: failures).milliseconds
      let delays = (0..<1_000).map { _ in
        schedule.delay(failures: failures, retryAfter: nil, using: &generator).milliseconds
      }
      #expect(delays.allSatisfy { (0...bound).contains($0) })
      let mean = Double(delays.reduce(0, +)) / 1_000 / Double(bound)
      // Uniform: the mean of 1,000 has a standard error of 0.009.
      #expect((0.45...0.55).contains(mean), "seed 7, \(failures) failures: \(mean)")
    }
    let asked = schedule.delay(failures: 1, retryAfter: .seconds(120), using: &generator)
    #expect(asked == .seconds(120))
  }

  @Test(arguments: [
    ("120", 120_000 as Int64?), (" 0", 0), ("999999999", 3_600_000),
    ("Thu, 01 Jan 2026 12:00:30 GMT", 30_000), ("Thu, 01 Jan 2026 11:00:00 GMT", 0),
    ("Fri, 02 Jan 2026 12:00:00 GMT", 3_600_000), ("-1", nil), ("1.5", nil), ("soon", nil),
    ("", nil), ("Thu, 32 Jan 2026 12:00:30 GMT", nil), ("Thu, 01 Jan 2026 12:00:30 CET", nil),
    ("99999999999999999999999", nil),
  ])
  func retryAfter(field: String, milliseconds: Int64?) {
    #expect(RetryAfter.span(field, now: noon)?.milliseconds == milliseconds)
  }

  @Test("a date as Foundation writes it is read back")
  func retryAfterDates() {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<500 {
      let seconds = Int64.random(in: 0...4_000_000_000, using: &generator)
      let text = formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
      let now = EventTime(milliseconds: (seconds - 1_800) * 1_000)
      #expect(RetryAfter.span(text, now: now) == .seconds(1_800), "\(text)")
    }
  }

  @Test func statusesAreJudgedAsTheContractSays() {
    for status in 200..<300 { #expect(ReplyVerdict(status: status) == .accepted) }
    for status in Array(500..<600) + [408, 429] {
      guard case .retry = ReplyVerdict(status: status) else {
        Issue.record("\(status)")
        continue
      }
    }
    for status in (300..<500) where status != 408 && status != 429 {
      guard case .refused(let reason, _, let mayBeOneOfMany) = ReplyVerdict(status: status) else {
        Issue.record("\(status)")
        continue
      }
      #expect(reason == "http_\(status)" && mayBeOneOfMany == [400, 413, 422].contains(status))
    }
  }

  // MARK: Rate

  @Test("never more than the burst at once, nor than burst and rate over any time")
  func rate() {
    var generator = SeededGenerator(seed: 3)
    for (perMinute, burst) in [(1, 1), (60, 10), (7, 3), (6_000, 50)] {
      var rate = SendingRate(perMinute: perMinute, burst: burst)
      var sent: [UInt64] = []
      var now: UInt64 = 1_000 * second
      for _ in 0..<3_000 {
        now += UInt64.random(in: 0...(2 * 60 * second / UInt64(perMinute)), using: &generator)
        if rate.take(now) { sent.append(now) }
      }
      #expect(sent.count > 1_000)
      let isKept = sent.indices.allSatisfy { first in
        (first..<min(sent.count, first + 100)).allSatisfy { last in
          let minutes = Double(sent[last] - sent[first]) / Double(60 * second)
          return Double(last - first + 1) <= Double(burst) + minutes * Double(perMinute) + 1e-6
        }
      }
      #expect(isKept)
    }
  }

  @Test func theNextOneComesWhenItSays() {
    var rate = SendingRate(perMinute: 60, burst: 2)
    var taken = (0..<3).map { _ in rate.take(0) }
    let next = rate.next(0)
    #expect(next == second)
    taken += [rate.take(next - 1), rate.take(next)]
    #expect(taken == [true, true, false, false, true])
  }

  // MARK: Text

  @Test("any text of any length is cut to what is asked for, on a whole character")
  func cut() {
    var generator = SeededGenerator(seed: 5)
    let alphabet = Array("aé€😀\u{0301}\u{202E}\n x".unicodeScalars)
    for _ in 0..<2_000 {
      var raw = ""
      for _ in 0..<Int.random(in: 0...40, using: &generator) {
        raw.unicodeScalars.append(alphabet.randomElement(using: &generator)!)
      }
      let most = Int.random(in: 8...40, using: &generator)
      let text = PlainText(raw, bytes: most).text
      #expect(text.utf8.count <= most)
      #expect(!text.contains("\n") && !text.contains("\u{202E}"))
      let whole = PlainText(raw, bytes: 1_000).text
      #expect(text == whole || text.hasSuffix("…"))
      if text != whole {
        let kept = Array(text.unicodeScalars.dropLast())
        #expect(Array(whole.unicodeScalars.prefix(kept.count)) == kept)
        #expect(whole.utf8.count > most)
      }
    }
  }
}
