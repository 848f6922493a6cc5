import Foundation
import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth
import ThermoclineTestKit

/// The words of product analytics, each by an account whose numbers can be counted by hand.
@Suite struct UsageConceptTests {
  private struct Usage: Decodable {
    struct Users: Decodable {
      var daily: Int
      var weekly: Int
      var monthly: Int
      var stickiness: Double?
      var successful: Int
      var conversion: Double?
    }
    struct Feature: Decodable {
      var feature: String
      var events: Int
      var days: Int
      var conversion: Double?
    }
    struct Features: Decodable {
      var used: Int
      var top: [Feature]
      var converting: [Feature]
    }
    struct Step: Decodable {
      var type: String
      var users: Int
      var conversion: Double?
      var converted: Int?
      var convertedShare: Double?
    }
    struct Retention: Decodable {
      var days: Int
      var account: Bool?
      var users: Int
      var retained: Int
    }
    var users: Users
    var features: Features
    var funnel: [Step]
    var retention: [Retention]
    var onboardingStalled: Bool?
    var cost: Double?
    var costShare: Double?
  }

  private let usage: Usage
  private let stalled: Usage
  private let portfolio: HealthRollup

  init() throws {
    let output = try Self.output()
    usage = try Self.usage(output, at: 28)
    stalled = try Self.usage(output, at: 27)
    let rollup = output.records(of: [.rollups]).last { $0.key == "portfolio" }
    portfolio = try HealthRollupDecoder.decode(Array(#require(rollup).value.utf8))
  }

  /// Four weeks: ana comes daily and exports, ben comes in the first two weeks and draws charts, col once on the last day.
  private static func output() throws -> OutputBatch {
    var events: [TestEvent] = []
    func come(_ type: String, _ user: String, _ feature: String, _ days: some Sequence<Int>) {
      for d in days {
        let time = monday.milliseconds + Int64(d) * day + hour
        events.append(
          TestEvent(type, account: "acme", user: user, feature: feature, time: time))
      }
    }
    come("login", "ana", "export", 0..<28)
    come("login", "ben", "chart", 0..<14)
    come("signup", "ana", "", [0])
    come("signup", "ben", "", [0])
    // The day after every fourth day; a chart of each day in the first two weeks has at most one in its three days.
    come("outcome", "ana", "", [1, 5, 9, 13])
    come("login", "col", "export", [27])
    events.sort { ($0.time, $0.user, $0.type) < ($1.time, $1.user, $1.type) }
    var policy = Policy.standard
    policy.usage = UsageRule(
      outcomeDays: 2, funnel: ["signup", "login", "outcome"], costs: [UsageCost("login", 0.5)])
    var profile = AccountProfile()
    profile.revenue = 365.0 / 12
    let model = try HealthModel(PolicyPlan(policy), profiles: ProfileBook(["acme": profile]))
    let work = runner(model)
    let output = OutputBatch()
    for batch in batches(events, of: 32) { work.process(batch, into: output) }
    work.advance(to: monday + .days(28), output)
    return output
  }

  private static func usage(_ output: OutputBatch, at midnight: Int64) throws -> Usage {
    let said = output.said.last { $0.stream == .usage && $0.at <= monday + .days(midnight) }
    return try JSONDecoder().decode(Usage.self, from: Data(#require(said).value.utf8))
  }

  @Test("feature ranking by use: events of 28 days, most first")
  func ranking() {
    #expect(usage.features.top.map(\.feature) == ["export", "chart", "outcome", "signup"])
    #expect(usage.features.top.map(\.events) == [29, 14, 4, 2])
    #expect(usage.features.top.map(\.days) == [28, 14, 4, 1])
  }

  @Test("feature ranking by click-to-success conversion: days of use that an outcome followed")
  func conversion() {
    // Of the 14 days with a chart, those before and of an outcome: 0 1 4 5 8 9 12 13.
    #expect(usage.features.top[1].conversion.map { abs($0 - 8.0 / 14) < 1e-6 } == true)
    // The last day's export has a day left.
    #expect(usage.features.top[0].conversion.map { abs($0 - 8.0 / 27) < 1e-6 } == true)
  }

  @Test(
    "feature ranking by conversion: a feature of few uses goes before one of many that lead to less"
  )
  func rankingByConversion() {
    // An outcome follows itself; the sign-up was on one day, which tells nothing.
    #expect(usage.features.converting.map(\.feature) == ["outcome", "chart", "export"])
    #expect(usage.features.converting.map(\.events) == [4, 14, 29])
    #expect(usage.features.converting[0].conversion == 1)
  }

  @Test("adoption breadth: different features of 28 days")
  func breadth() { #expect(usage.features.used == 4) }

  @Test("funnel steps: users of each, and each conversion recorded")
  func funnel() {
    #expect(usage.funnel.map(\.type) == ["signup", "login", "outcome"])
    #expect(usage.funnel.map(\.users) == [2, 3, 1])
    #expect(usage.funnel[0].conversion == nil && usage.funnel[1].conversion == 1.5)
    #expect(usage.funnel[2].conversion.map { abs($0 - 1.0 / 3) < 1e-6 } == true)
  }

  @Test("funnel through all steps: users that were in this step and in all before it")
  func funnelThrough() {
    // Col came without having signed up.
    #expect(usage.funnel.map(\.converted) == [2, 2, 1])
    #expect(usage.funnel.map(\.convertedShare) == [nil, 1, 0.5])
  }

  @Test("conversion per user: users with an outcome of their own among all")
  func conversionOfUsers() {
    #expect(usage.users.successful == 1)
    #expect(usage.users.conversion.map { abs($0 - 1.0 / 3) < 1e-6 } == true)
  }

  @Test("retention: who of those whose week is over was there in it")
  func retention() {
    #expect(usage.retention.map(\.days) == [7, 14, 28, 56])
    #expect(usage.retention.map(\.users) == [2, 2, 0, 0])
    #expect(usage.retention.map(\.retained) == [2, 1, 0, 0])
    #expect(usage.retention.map(\.account) == [true, true, nil, nil])
  }

  @Test(
    "retention by cohort: who came in a week, and who of them was there after each time that is over"
  )
  func cohorts() throws {
    #expect(portfolio.at == monday + .days(28))
    // Ana and Ben on the first Monday; Col on the last Sunday.
    let parts = [(7, 2), (14, 1)].map { days, retained in
      SegmentUsage.Cohort.Part(days: days, users: 2, retained: retained)
    }
    #expect(
      portfolio.usage?.cohorts == [
        SegmentUsage.Cohort(from: monday, users: 2, retention: parts),
        SegmentUsage.Cohort(from: monday + .days(21), users: 1, retention: []),
      ])
  }

  @Test("daily, weekly and monthly users, and stickiness")
  func users() {
    #expect((usage.users.daily, usage.users.weekly, usage.users.monthly) == (2, 2, 3))
    // 28 + 14 + 1 days of a user, of 28 days and 3 users.
    #expect(usage.users.stickiness.map { abs($0 - 43.0 / 28 / 3) < 1e-6 } == true)
  }

  @Test("usage against revenue: what the events of 28 days cost to serve")
  func revenue() {
    #expect(usage.cost == 21.5 && usage.costShare.map { abs($0 - 21.5 / 28) < 1e-6 } == true)
  }

  @Test("onboarding stalled: nobody and nothing new in a week, and no more days than before")
  func onboarding() {
    #expect(stalled.onboardingStalled == true)
    #expect(usage.onboardingStalled == false, "somebody new came")
  }
}
