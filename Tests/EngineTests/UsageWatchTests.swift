import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth
import ThermoclineTestKit
import ThermoclineWindows

@Suite struct UsageWatchTests {
  private func policy(_ rule: UsageRule?) -> Policy {
    var policy = Policy.standard
    policy.usage = rule
    return policy
  }

  private func said(
    _ events: [TestEvent], _ policy: Policy, _ profiles: [String: AccountProfile] = [:],
    of size: Int = 64, until days: Int64
  ) throws -> [Said] {
    let work = runner(try HealthModel(PolicyPlan(policy), profiles: ProfileBook(profiles)))
    let output = OutputBatch()
    for batch in batches(events, of: size) { work.process(batch, into: output) }
    work.advance(to: monday + .days(days), output)
    return output.said.filter { $0.stream == .usage }
  }

  /// Some months of two accounts whose users and features come and go; one goes quiet.
  private static func events(_ random: inout SeededGenerator, days: Int64) -> [TestEvent] {
    var events: [TestEvent] = []
    for d in 0..<days {
      for account in ["a", "b"] where account == "a" || d % 40 < 25 {
        for _ in 0..<Int.random(in: 0...4, using: &random) {
          let user = Int.random(in: 0..<3, using: &random) + Int(d / 10)
          events.append(
            TestEvent(
              ["login", "feature_click", "outcome", "bot_call"].randomElement(using: &random)!,
              account: account, user: user % 5 == 4 ? "" : "u\(user % 11)",
              feature: ["", "export", "import", "share \(d / 30)"].randomElement(using: &random)!,
              time: monday.milliseconds + d * day + Int64.random(in: 0..<day, using: &random)))
        }
      }
    }
    return events.sorted { ($0.time, $0.account, $0.user) < ($1.time, $1.account, $1.user) }
  }

  @Test(
    "at every midnight each account's usage is that of the naive reference, and is said when it changed",
    arguments: 0..<3)
  func naive(seed: UInt64) throws {
    var random = SeededGenerator(seed: 900 + seed)
    let rule = UsageRule(
      topFeatures: 2 + Int(seed), outcomes: seed == 1 ? ["outcome", "login"] : ["outcome"],
      outcomeDays: 1 + 2 * Int(seed), funnel: ["login", "feature_click", "outcome"],
      costs: seed == 2 ? [] : [UsageCost("bot_call", 0.25), UsageCost("login", 2)])
    let policy = policy(rule)
    var profile = AccountProfile()
    profile.revenue = 100
    let events = Self.events(&random, days: 90)
    let end: Int64 = 130
    let all = try said(events, policy, ["a": profile], until: end)
    let naive = { (account: String) in
      NaiveUsage(
        events: events, rule: rule, policy: policy.identifier,
        revenue: account == "a" ? 100 : 0)
    }
    var writer = JSONWriter()
    for account in ["a", "b"] {
      var expected: [Said] = []
      var shown: ArraySlice<UInt8> = []
      let mine = events.filter { $0.account == account }
      let first = Int(mine.map(\.time).min()! / day)
      for today in (first + 1)...Int(monday.milliseconds / day + end) {
        let usage = naive(account).usage(account, today: today)
        writer.clear()
        let start = AccountUsageEncoder.encode(usage, into: &writer)
        let bytes = writer.bytes[start...]
        if bytes == shown { continue }
        shown = bytes
        expected.append(
          Said(
            stream: .usage, key: account, value: String(decoding: writer.bytes, as: UTF8.self),
            at: usage.at))
      }
      let found = all.filter { $0.key == account }
      #expect(expected.count > 30)
      #expect(found.count == expected.count, "seed \(seed), \(account)")
      for (one, other) in zip(found, expected) where one != other {
        Issue.record("seed \(seed): \(one.value)\nnot\n\(other.value)")
        break
      }
    }
  }

  @Test("any order within the bound and any batches give the same bytes")
  func sameBytes() throws {
    var random = SeededGenerator(seed: 77)
    let policy = policy(UsageRule(funnel: ["login", "outcome"]))
    let events = Self.events(&random, days: 70)
    let a = try said(events, policy, until: 71)
    let b = try said(shuffled(events, bound: 50_000, seed: 5), policy, of: 7, until: 71)
    #expect(a.count > 50 && ordered(a) == ordered(b))
  }

  @Test("a policy that does not ask for usage publishes none and counts no features")
  func notAsked() throws {
    let none = try said([TestEvent(time: monday.milliseconds)], policy(nil), until: 10)
    #expect(none.isEmpty)
    #expect(PolicyPlan(policy(nil)).tallies == .users)
    #expect(PolicyPlan(policy(UsageRule())).tallies == [.users, .features])
  }

  @Test("a forgotten account's usage is taken back")
  func forgotten() throws {
    let all = try said([TestEvent(time: monday.milliseconds)], policy(UsageRule()), until: 420)
    #expect(all.last?.value == "" && all.dropLast().allSatisfy { $0.value != "" })
  }
}
