import Foundation
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
    of size: Int = 64, until days: Int64, stream: ThermoclineEngine.OutputStream = .usage
  ) throws -> [Said] {
    let work = runner(try HealthModel(PolicyPlan(policy), profiles: ProfileBook(profiles)))
    let output = OutputBatch()
    for batch in batches(events, of: size) { work.process(batch, into: output) }
    work.advance(to: monday + .days(days), output)
    return output.records(of: [stream])
  }

  /// Some months of two accounts whose users and features come and go; one goes quiet.
  private static func events(_ random: inout SeededGenerator, days: Int64) -> [TestEvent] {
    var events: [TestEvent] = []
    for d in 0..<days {
      for account in ["a", "b"] where account == "a" || d % 40 < 25 {
        for _ in 0..<Int.random(in: 0...4, using: &random) {
          let user = Int.random(in: 0..<3, using: &random) + Int(d / 10)
          // Two of the users never log in.
          let types = ["login", "feature_click", "outcome", "bot_call"].dropFirst(
            user % 11 == 2 || user % 11 == 6 ? 1 : 0)
          events.append(
            TestEvent(
              types.randomElement(using: &random)!,
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

  private struct Roll: Decodable {
    struct Feature: Decodable {
      var feature: String
      var accounts: Int
      var events: Int
      var days: Int
      var conversion: Double?
    }
    struct Features: Decodable {
      var used: Int
      var top: [Feature]
      var converting: [Feature]
    }
    struct Users: Decodable {
      var daily: Int
      var weekly: Int
      var monthly: Int
      var stickiness: Double?
      var successful: Int
      var conversion: Double?
    }
    struct Step: Decodable {
      var type: String
      var users: Int
      var conversion: Double?
      var converted: Int?
      var convertedShare: Double?
    }
    struct Retention: Decodable, Equatable {
      var days: Int
      var accounts: Int
      var accountsRetained: Int
      var users: Int
      var usersRetained: Int
    }
    struct Usage: Decodable {
      var accounts: Int
      var users: Users
      var events: Int
      var features: Features
      var funnel: [Step]
      var retention: [Retention]
      var onboarding: Int
      var onboardingStalled: Int
      var cost: Double?
      var costShare: Double?
    }
    var segment: String
    var usage: Usage
  }

  @Test("a segment's usage is that of its accounts added up: features, funnel, retention, cost")
  func segments() throws {
    var random = SeededGenerator(seed: 912)
    let rule = UsageRule(
      topFeatures: 3, outcomeDays: 2, funnel: ["login", "outcome"],
      costs: [UsageCost("bot_call", 0.25)])
    let policy = policy(rule)
    var profile = AccountProfile()
    profile.revenue = 100
    let events = Self.events(&random, days: 90)
    let rolled = try said(events, policy, ["a": profile], until: 80, stream: .rollups)
    let naive = ["a": 100.0, "b": 0].map { name, revenue in
      let naive = NaiveUsage(
        events: events, rule: rule, policy: policy.identifier, revenue: revenue)
      return (name, naive)
    }
    var cameAnotherWay = false
    for days in [9, 20, 40, 60, 79] as [Int64] {
      let today = Int(monday.milliseconds / day + days)
      let found = try #require(
        rolled.last { $0.key == "portfolio" && $0.at == monday + .days(days) })
      let usage = try JSONDecoder().decode(Roll.self, from: Data(found.value.utf8)).usage
      let each = naive.map { $1.usage($0, today: today) }
      func sum(_ number: (AccountUsage) -> Int) -> Int { each.reduce(0) { $0 + number($1) } }
      func close(_ a: Double?, _ b: Double?) -> Bool {
        if let a, let b { abs(a - b) <= 5e-7 } else { a == nil && b == nil }
      }
      #expect(usage.accounts == 2 && usage.events == sum(\.events))
      #expect(usage.users.daily == sum(\.users.daily) && usage.users.weekly == sum(\.users.weekly))
      #expect(usage.users.monthly == sum(\.users.monthly))
      #expect(usage.users.successful == sum(\.users.successful))
      #expect(
        close(
          usage.users.conversion, Double(sum(\.users.successful)) / Double(sum(\.users.monthly))))
      let userDays = each.reduce(0.0) {
        $0 + ($1.users.stickiness ?? 0) * 28 * Double($1.users.monthly)
      }
      #expect(close(usage.users.stickiness, userDays / 28 / Double(sum(\.users.monthly))))
      for (i, step) in usage.funnel.enumerated() {
        #expect(step.users == sum { $0.funnel[i].users })
        #expect(step.converted == sum { $0.funnel[i].converted! })
      }
      #expect(
        close(
          usage.funnel[1].conversion, Double(usage.funnel[1].users) / Double(usage.funnel[0].users)
        ))
      let through = usage.funnel.map { Double($0.converted!) }
      #expect(close(usage.funnel[1].convertedShare, through[1] / through[0]))
      if through[1] < Double(usage.funnel[1].users) { cameAnotherWay = true }
      let retention = [7, 14, 28, 56].enumerated().map { i, days in
        Roll.Retention(
          days: days, accounts: each.count { $0.retention[i].account != nil },
          accountsRetained: each.count { $0.retention[i].account == true },
          users: sum { $0.retention[i].users }, usersRetained: sum { $0.retention[i].retained })
      }
      #expect(usage.retention == retention)
      #expect(usage.onboarding == each.count { $0.isOnboardingStalled != nil })
      #expect(usage.onboardingStalled == each.count { $0.isOnboardingStalled == true })
      let cost = each.reduce(0.0) { $0 + ($1.cost ?? 0) }
      #expect(close(usage.cost, cost) && close(usage.costShare, cost / (100 * 28 * 12 / 365)))
      var features: [String: (accounts: Int, use: NaiveUsage.FeatureUse)] = [:]
      for (name, reference) in naive {
        for (feature, use) in reference.features(name, today: today) {
          var all = features[feature] ?? (0, NaiveUsage.FeatureUse())
          all.accounts += 1
          all.use.events += use.events
          all.use.days += use.days
          all.use.decided += use.decided
          all.use.converted += use.converted
          features[feature] = all
        }
      }
      #expect(usage.features.used == features.count)
      let ranked = features.sorted { ($1.value.use.events, $0.key) < ($0.value.use.events, $1.key) }
      #expect(usage.features.top.map(\.feature) == ranked.prefix(3).map(\.key))
      for (top, (_, all)) in zip(usage.features.top, ranked) {
        #expect(top.accounts == all.accounts && top.events == all.use.events)
        #expect(top.days == all.use.days)
        let (part, whole) = (Double(all.use.converted), Double(all.use.decided))
        #expect(close(top.conversion, whole == 0 ? nil : part / whole))
      }
      let telling = features.filter { $0.value.use.decided >= 3 }.sorted { a, b in
        let (one, other) = (a.value.use, b.value.use)
        let (first, second) = (
          Double(one.converted) / Double(one.decided),
          Double(other.converted) / Double(other.decided)
        )
        if first != second { return first > second }
        return one.decided == other.decided ? a.key < b.key : one.decided > other.decided
      }
      #expect(usage.features.converting.map(\.feature) == telling.prefix(3).map(\.key))
    }
    #expect(cameAnotherWay, "without having logged in")
  }

  @Test(
    "retention by the week users came in: that of the naive reference, the accounts added up, midnight by midnight",
    arguments: 0..<3)
  func cohorts(seed: UInt64) throws {
    var random = SeededGenerator(seed: 940 + seed)
    let rule = UsageRule()
    let events = Self.events(&random, days: 120)
    let rolled = try said(events, policy(rule), until: 160, stream: .rollups)
    let naive = NaiveUsage(events: events, rule: rule, policy: "", revenue: 0)
    var parts: Set<Int> = []
    for record in rolled where record.key == "portfolio" {
      let rollup = try HealthRollupDecoder.decode(Array(record.value.utf8))
      let today = Int(rollup.at.milliseconds / day)
      var sums: [EventTime: SegmentUsage.Cohort] = [:]
      // Nothing is said of an account that was away for 91 days.
      for account in ["a", "b"] where last(account, events) + 91 >= today - 1 {
        for cohort in naive.cohorts(account, today: today) {
          guard var sum = sums[cohort.from] else {
            sums[cohort.from] = cohort
            continue
          }
          sum.users += cohort.users
          for i in cohort.retention.indices {
            sum.retention[i].users += cohort.retention[i].users
            sum.retention[i].retained += cohort.retention[i].retained
          }
          sums[cohort.from] = sum
        }
      }
      let expected = sums.values.sorted { $0.from < $1.from }
      try #require(rollup.usage?.cohorts == expected, "seed \(seed) at \(rollup.at)")
      parts.formUnion(expected.map(\.retention.count))
    }
    #expect(parts == [0, 1, 2, 3, 4])
  }

  private func last(_ account: String, _ events: [TestEvent]) -> Int {
    Int(events.filter { $0.account == account }.map(\.time).max()! / day)
  }

  @Test("retention after 1 and 2 weeks, 1 and 2 months: who comes back is no newcomer")
  func returning() throws {
    var events: [TestEvent] = []
    func come(_ user: String, _ days: [Int64]) {
      for d in days {
        events.append(TestEvent(account: "a", user: user, time: monday.milliseconds + d * day))
      }
    }
    come("daily", Array(0..<70))
    // In the first week of each horizon's, in the eighth week only, and never again.
    come("regular", [0, 7, 14, 28, 56])
    come("late", [0, 62])
    come("gone", [0])
    events.sort { ($0.time, $0.user) < ($1.time, $1.user) }
    let all = try said(events, policy(UsageRule()), until: 69)
    #expect(
      try #require(all.last).value.contains(
        #""retention":[{"days":7,"account":true,"users":4,"retained":2},"#
          + #"{"days":14,"account":true,"users":4,"retained":2},"#
          + #"{"days":28,"account":true,"users":4,"retained":2},"#
          + #"{"days":56,"account":true,"users":4,"retained":3}]"#))
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
    var lean = policy(nil)
    lean.alerts.feature = nil
    #expect(PolicyPlan(lean).tallies == .users)
    #expect(PolicyPlan(policy(UsageRule())).tallies == [.users, .features])
  }

  @Test("a forgotten account's usage is taken back")
  func forgotten() throws {
    let all = try said([TestEvent(time: monday.milliseconds)], policy(UsageRule()), until: 420)
    #expect(all.last?.value == "" && all.dropLast().allSatisfy { $0.value != "" })
  }
}
