import Dispatch
import Synchronization
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineTestKit

@Suite struct ProfileBookTests {
  private func profile(_ seats: Int) -> AccountProfile {
    var profile = AccountProfile()
    profile.seats = seats
    return profile
  }

  @Test("a snapshot stays as it was until it is renewed; a profile taken away leaves the defaults")
  func snapshots() {
    let book = ProfileBook(["a": profile(1), "b": profile(2)])
    var snapshot = book.snapshot
    book.set(profile(10), of: "a")
    book.set(nil, of: "b")
    book.set(profile(3), of: "c")
    #expect(snapshot["a"].seats == 1 && snapshot["b"].seats == 2 && !snapshot.contains("c"))
    book.renew(&snapshot)
    #expect(snapshot["a"].seats == 10 && snapshot["c"].seats == 3)
    #expect(snapshot["b"] == AccountProfile() && !snapshot.contains("b"))
    #expect(snapshot.count == 2)
  }

  @Test("many changes say what a dictionary says", arguments: [UInt64(1)])
  func againstDictionary(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let book = ProfileBook()
    var plain: [String: AccountProfile] = [:]
    for _ in 0..<5_000 {
      let account = "a\(Int.random(in: 0..<700, using: &random))"
      let new = Bool.random(using: &random) ? profile(Int.random(in: 1..<9, using: &random)) : nil
      book.set(new, of: account)
      plain[account] = new
    }
    let snapshot = book.snapshot
    #expect(snapshot.count == plain.count && plain.count > 100)
    for i in 0..<700 { #expect(snapshot["a\(i)"] == plain["a\(i)"] ?? AccountProfile()) }
  }

  @Test("readers beside a writer see each change whole and none go back")
  func threads() {
    let book = ProfileBook()
    let failures = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 4) { worker in
      if worker == 0 {
        for i in 1...3_000 { book.set(profile(i), of: "a") }
        return
      }
      var snapshot = book.snapshot
      var last = 0
      while last < 3_000 {
        book.renew(&snapshot)
        if snapshot["a"].seats < last { failures.add(1, ordering: .relaxed) }
        last = max(last, snapshot["a"].seats)
      }
    }
    let seen = failures.load(ordering: .relaxed)
    #expect(seen == 0)
  }

  @Test("a profile tombstone restores defaults: score, variant and peers are those without one")
  func tombstone() throws {
    var profile = AccountProfile()
    (profile.tier, profile.industry, profile.seats) = ("enterprise", "bank", 7)
    profile.stage = "renewal"
    func last(
      _ profile: AccountProfile?, _ change: (ProfileBook) -> Void = { _ in }
    ) throws -> String {
      let book = ProfileBook()
      if let profile { book.set(profile, of: "acct-0") }
      let work = runner(try model(book))
      let output = OutputBatch()
      let events = history(accounts: 24, days: 40, seed: 71)
      for batch in batches(events.filter { $0.time < monday.milliseconds + 20 * day }, of: 64) {
        work.process(batch, into: output)
      }
      change(book)
      for batch in batches(events.filter { $0.time >= monday.milliseconds + 20 * day }, of: 64) {
        work.process(batch, into: output)
      }
      work.advance(to: monday + .days(40), output)
      let said = try #require(
        output.said.last { $0.stream == .scores && $0.key == "acct-0" && !$0.isEarly })
      return said.value
    }
    let (kept, never) = (try last(profile), try last(nil))
    let taken = try last(profile) { $0.set(nil, of: "acct-0") }
    #expect(kept.contains(#""variant":"tier=enterprise""#))
    #expect(taken.contains(#""variant":"""#) && taken.contains(#""tier":"standard""#))
    #expect(taken.contains(#""group":"industry=,tier=standard"#))
    #expect(taken == never)
  }

  @Test(
    "a change takes effect at the next reading of an account, and a removal restores the defaults")
  func observed() throws {
    let book = ProfileBook()
    let work = runner(try model(book))
    let output = OutputBatch()
    func tier(after hours: Int64) throws -> [String] {
      let event = TestEvent(time: monday.milliseconds + hours * hour)
      let before = output.said.count
      work.process(batches([event], of: 1)[0], into: output)
      work.settle(output)
      while work.anticipate(limit: 100, output) {}
      work.advance(to: monday + .hours(hours + 1), output)
      return output.said[before...].filter { $0.stream == .scores }.compactMap {
        $0.value.firstMatch(of: /"tier":"(\w+)"/).map { String($0.1) }
      }
    }
    _ = try tier(after: 0)
    var enterprise = AccountProfile()
    enterprise.tier = "enterprise"
    book.set(enterprise, of: "a")
    let last = try tier(after: 30).last
    book.set(nil, of: "a")
    let restored = try tier(after: 60).last
    #expect(last == "enterprise" && restored == "standard")
  }
}
