import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineEngine

@Suite struct DuplicateFilterTests {
  private let key = SipHash128.Key(first: 1, second: 2)

  private func value(_ number: Int) -> SipHash128.Value {
    var random = SeededGenerator(seed: UInt64(number))
    return SipHash128.Value(first: random.next(), second: random.next())
  }

  /// The rule, by looking at everything that was ever taken.
  private struct Naive {
    var span: Int64
    var times: [Int: Int64] = [:]
    var newest = Int64.min

    func contains(_ id: Int) -> Bool { times[id].map { $0 >= newest - span } ?? false }

    mutating func insert(_ id: Int, _ time: Int64) {
      newest = max(newest, time)
      if time >= newest - span { times[id] = time }
    }
  }

  @Test(
    "the same verdict as looking at every event ever taken",
    arguments: [(UInt64(1), Int64(1)), (2, 15), (3, 100), (4, 5_000), (5, 20_000)])
  func againstNaive(seed: UInt64, span: Int64) {
    var random = SeededGenerator(seed: seed)
    var filter = DuplicateFilter(
      span: TimeSpan(milliseconds: span), idsMax: 1_000_000, key: key)
    var naive = Naive(span: span)
    var now: Int64 = -3_000
    var (duplicates, wrong, expired) = (0, 0, 0)
    for _ in 0..<60_000 {
      now += Int64.random(in: 0...2, using: &random)
      if Int.random(in: 0..<5_000, using: &random) == 0 { now += 4 * span }
      let id = Int.random(in: 0..<3_000, using: &random)
      let time = now - Int64.random(in: 0...(span + span / 2), using: &random)
      let expected = naive.contains(id)
      if filter.contains(value(id)) != expected { wrong += 1 }
      if expected {
        duplicates += 1
      } else {
        if naive.times[id] != nil { expired += 1 }
        naive.insert(id, time)
        filter.insert(value(id), time: time)
      }
    }
    let forgotten = filter.takeForgotten()
    #expect(wrong == 0)
    #expect(forgotten == 0)
    // Both sides of the rule were met.
    #expect(duplicates > 10 && expired > 100)
  }

  @Test("a millisecond decides")
  func edge() {
    var filter = DuplicateFilter(span: TimeSpan(milliseconds: 100), idsMax: 10, key: key)
    filter.insert(value(1), time: 1_000)
    filter.insert(value(2), time: 1_100)
    let atTheEdge = filter.contains(value(1))
    filter.insert(value(3), time: 1_101)
    let past = filter.contains(value(1))
    #expect(atTheEdge && !past)
  }

  @Test("no more than the maximum is remembered, the newest of it for sure, and it is told")
  func maximum() {
    var filter = DuplicateFilter(span: TimeSpan(milliseconds: 1_600), idsMax: 400, key: key)
    var most = 0
    for i in 0..<20_000 {
      filter.insert(value(i), time: Int64(i))
      most = max(most, filter.count)
      // A sixteenth of the span is given up at a time: 100 ids here.
      let remembersRecent = (max(0, i - 299)...i).allSatisfy { filter.contains(value($0)) }
      if i % 97 == 0 { #expect(remembersRecent, "at \(i)") }
    }
    let forgotten = filter.takeForgotten()
    #expect(most <= 400)
    #expect(forgotten > 19_000)
    #expect(filter.takeForgotten() == 0)
  }

  @Test("more ids at one moment than may be kept neither grow the table nor end it")
  func burst() {
    var filter = DuplicateFilter(span: .hours(1), idsMax: 1_000, key: key)
    for i in 0..<50_000 { filter.insert(value(i), time: 5) }
    let (count, bytes, forgotten) = (filter.count, filter.bytes, filter.takeForgotten())
    #expect(count <= 1_000)
    #expect(bytes < 1_000 * 103)
    #expect(forgotten > 0)
    filter.insert(value(60_000), time: 10)
    let found = filter.contains(value(60_000))
    #expect(found)
  }

  @Test("memory stays what the ids of one span need, however many pass")
  func memory() {
    var filter = DuplicateFilter(span: TimeSpan(milliseconds: 10_000), idsMax: 100_000, key: key)
    for i in 0..<30_000 { filter.insert(value(i), time: Int64(i)) }
    let bytes = filter.bytes
    for i in 30_000..<300_000 { filter.insert(value(i), time: Int64(i)) }
    #expect(filter.bytes == bytes)
    #expect(bytes < 103 * 11_000)
  }

  @Test("what was taken back is no duplicate")
  func takenBack() {
    var filter = DuplicateFilter(span: .hours(1), idsMax: 100, key: key)
    for i in 0..<50 { filter.insert(value(i), time: Int64(i)) }
    filter.remove(value(7))
    filter.remove(value(99))
    let kept = (0..<50).filter { filter.contains(value($0)) }
    #expect(kept == (0..<50).filter { $0 != 7 })
    #expect(filter.count == 49)
  }

  @Test("the same id of two accounts is two events, and no split of a pair is another pair")
  func pairs() {
    let filter = DuplicateFilter(span: .hours(1), idsMax: 100, key: key)
    func value(_ account: String, _ id: String) -> SipHash128.Value {
      let bytes = Array((account + id).utf8) + [UInt8](repeating: 0, count: 64)
      return unsafe bytes.withUnsafeBytes {
        let middle = account.utf8.count
        let end = middle + id.utf8.count
        return unsafe filter.value(
          account: UnsafeRawBufferPointer(rebasing: $0[..<middle]),
          id: UnsafeRawBufferPointer(rebasing: $0[middle..<end]))
      }
    }
    let text = "a-name-of-some-length-for-account-and-id"
    let values = (0...text.count).map {
      let pair = value(String(text.prefix($0)), String(text.dropFirst($0)))
      return [pair.first, pair.second]
    }
    #expect(Set(values).count == text.count + 1)
    #expect(value("a", "1") == value("a", "1") && value("a", "1") != value("b", "1"))
  }
}
