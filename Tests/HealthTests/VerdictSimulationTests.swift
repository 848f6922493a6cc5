import Testing
import ThermoclineCore
import ThermoclineTestKit
import ThermoclineWindows

@testable import ThermoclineHealth

/// Accounts of 200 events a week and more to which one thing happens, from the first event to the alert that tells of it.
@Suite struct VerdictSimulationTests {
  /// What is published as the cause of a fall: the first alert that says one.
  @Test(
    "verdicts on simulated causes with an effect of 30 % or more are right",
    arguments: Cause.allCases)
  func verdicts(cause: Cause) throws {
    let plan = PolicyPlan(Self.policy)
    var random = SimulatedCounts(seed: 90 + UInt64(cause.place))
    let accounts = 24
    var (right, told) = (0, 0)
    for n in 0..<accounts {
      // Four in ten of them are the calls whose fall is told: 200 a week and more.
      let mean = [600.0, 1_000, 2_000][n % 3]
      let part = Double(n) / Double(accounts)
      // 30 % and more below its peers, who are at four tenths, where they fell too: most of the fall is theirs.
      let remaining = cause == .peersFellToo ? 0.2 + 0.08 * part : 0.3 + 0.4 * part
      let account = SimulatedUse(cause, weeklyMean: mean, remaining: remaining, &random)
      let judged = JudgedAccount(plan)
      for end in 63...SimulatedUse.days {
        let isOfAll = cause == .peersFellToo && end > SimulatedUse.fall
        let context = isOfAll ? account.peers(end, plan) : SegmentContext()
        let alert = judged.alerts(
          account.reading(end, plan), context: context, people: account.people(end, plan)
        ).first { $0.state == .firing && $0.cause != nil }
        guard let alert, end > SimulatedUse.fall else { continue }
        told += 1
        let found = try #require(alert.cause)
        if !found.parts.isEmpty {
          let sum = found.parts.reduce(0) { $0 + $1.events }
          #expect(abs(sum - (alert.value! - alert.expected!)) < 1e-6)
        }
        if found.verdict == cause.rawValue { right += 1 }
        if cause == .contactLost { #expect(found.verdict != cause.rawValue || alert.user == "u0") }
        break
      }
    }
    print("\(cause.rawValue): \(right) of \(told) verdicts right")
    #expect(told >= accounts * 8 / 10, "\(told) of \(accounts) falls were told")
    #expect(Double(right) >= 0.9 * Double(told))
  }

  private static var policy: Policy {
    var policy = Policy.standard
    policy.alerts.feature = FeatureRule()
    return policy
  }

  enum Cause: String, CaseIterable {
    case businessShrank = "business_shrank"
    case turnedAway = "turned_away"
    case contactLost = "contact_lost"
    case featureAbandoned = "feature_abandoned"
    case peersFellToo = "peers_fell_too"

    var place: Int { Self.allCases.firstIndex(of: self)! }
  }
}

/// One account's events, counted by day: who, and what.
private struct SimulatedUse {
  static let fall = 84
  static let days = 112
  private static let users = 6
  /// Calls, sessions, and two features. A type is the feature of events without one.
  private static let kinds = 4
  private var byUser: [[Int]] = []
  private var byKind: [[Int]] = []

  init(
    _ cause: VerdictSimulationTests.Cause, weeklyMean: Double, remaining: Double,
    _ random: inout SimulatedCounts
  ) {
    let shrinks = cause == .businessShrank || cause == .peersFellToo
    let moments = random.days(
      Self.days, weeklyMean: weeklyMean, dispersion: 3, fallAt: Self.fall,
      to: shrinks ? remaining : 1)
    for (d, count) in moments.enumerated() {
      var (users, kinds) = (
        [Int](repeating: 0, count: Self.users), [Int](repeating: 0, count: Self.kinds)
      )
      for _ in 0..<count {
        let (user, kind) = (Self.user(&random), Self.kind(&random))
        if d >= Self.fall {
          switch cause {
          case .turnedAway:
            let isLost = Double.random(in: 0..<1, using: &random.generator) >= remaining
            if kind == 0, isLost { continue }
          case .contactLost: if user == 0 { continue }
          case .featureAbandoned: if kind == 2 { continue }
          case .businessShrank, .peersFellToo: break
          }
        }
        users[user] += 1
        kinds[kind] += 1
      }
      byUser.append(users)
      byKind.append(kinds)
    }
  }

  /// The first of six users has four in ten events.
  private static func user(_ random: inout SimulatedCounts) -> Int {
    let draw = Int.random(in: 0..<10, using: &random.generator)
    return draw < 4 ? 0 : draw < 6 ? 1 : draw - 4
  }

  /// Four in ten are calls, one is a session, five use features, the first of them four.
  private static func kind(_ random: inout SimulatedCounts) -> Int {
    let draw = Int.random(in: 0..<10, using: &random.generator)
    return draw < 4 ? 0 : draw < 5 ? 1 : draw < 9 ? 2 : 3
  }

  func reading(_ end: Int, _ plan: PolicyPlan) -> WindowReading {
    let values = plan.quantities.map { quantity -> Int64 in
      let to = end - Int(quantity.shift.days)
      let days = max(to - Int(quantity.length.days), 0)..<max(to, 0)
      func sum(_ count: (Int) -> Int) -> Int64 { days.reduce(0) { $0 + Int64(count($1)) } }
      if quantity.aggregate == .count, quantity.filter == .any {
        return sum { byKind[$0].reduce(0, +) }
      }
      if quantity.aggregate == .count, quantity.filter == .types(["bot_call"]) {
        return sum { byKind[$0][0] }
      }
      if quantity.aggregate == .sum, quantity.filter == .types(["session"]) {
        return sum { byKind[$0][1] } * 1_000_000
      }
      if quantity.aggregate == .userPanes, quantity.filter == .any {
        return sum { byUser[$0].count { $0 > 0 } }
      }
      return 0
    }
    return WindowReading(
      at: day(end), values: values, lastEvent: day(end) - .hours(12), firstEvent: day(0),
      isFinal: true)
  }

  /// Everybody at four tenths since the fall.
  func peers(_ end: Int, _ plan: PolicyPlan) -> SegmentContext {
    let ratios = (1...4).map { weeks -> Double? in
      1 - 0.6 * Double(min(end - Self.fall, 7 * weeks)) / Double(7 * weeks)
    }
    return SegmentContext(rules: plan.drops.map { _ in RuleContext(peerRatios: ratios) })
  }

  func people(_ end: Int, _ plan: PolicyPlan) -> PeopleFinding {
    var judge = PeopleJudge(plan)
    var finding = judge.finding(
      Self.entities(end, byUser), at: day(end), contacts: [], isContactUnknown: false, seats: 0,
      name: { "u\($0)" })
    judge.features(Self.entities(end, byKind), at: day(end), name: { "f\($0)" }, into: &finding)
    return finding
  }

  private static func entities(_ end: Int, _ counts: [[Int]]) -> EntityDays {
    var days = EntityDays()
    for number in counts[0].indices {
      days.entities.append(EntityDays.Entity(number: UInt32(number), first: 0))
    }
    let today = Int32(day(end).milliseconds / 86_400_000)
    for back in stride(from: 28, to: 0, by: -1) {
      for (place, events) in counts[end - back].enumerated() where events > 0 {
        days.items.append(
          EntityDays.Item(day: today - Int32(back), place: UInt32(place), events: UInt32(events)))
      }
    }
    return days
  }
}
