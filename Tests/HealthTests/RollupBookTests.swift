import Testing
import ThermoclineCore
import ThermoclineTestKit
import ThermoclineWindows

@testable import ThermoclineHealth

/// Roll-ups against plain lists of the accounts.
@Suite struct RollupBookTests {
  private struct Account {
    var segment: Segment
    var parent: String?
    var revenue: Double
    /// nil = no score.
    var points: Int32?
    var quadrant: Quadrant?
    /// Place of the band that a person says.
    var said: Int?
  }

  private let policy: Policy
  private let plan: PolicyPlan

  init() {
    var policy = Policy.standard
    policy.trendScores = 3
    self.policy = policy
    plan = PolicyPlan(policy)
  }

  private func accounts(_ count: Int, _ random: inout SeededGenerator) -> [Account] {
    (0..<count).map { _ in
      let isScored = Int.random(in: 0..<8, using: &random) > 0
      return Account(
        segment: Segment(
          industry: ["bank", "shop", ""].randomElement(using: &random)!,
          tier: ["mid", "small"].randomElement(using: &random)!,
          stage: ["active", "renewal"].randomElement(using: &random)!),
        parent: [nil, nil, "acme", "b,c"].randomElement(using: &random)!,
        revenue: [0, 0.1, 99.99, 1_000, 123_456.78].randomElement(using: &random)!,
        points: isScored ? Int32.random(in: 0...1_000_000, using: &random) : nil,
        quadrant: Quadrant.allCases.randomElement(using: &random)!,
        said: [nil, nil, nil, 0, 1, 2].randomElement(using: &random)!)
    }
  }

  private func tallies(_ accounts: [Account]) -> SegmentTallies {
    var sheet = ScoreSheet(plan)
    var tallies = SegmentTallies(peerMeasures: [])
    let cuts = BandCuts(policy)
    for account in accounts {
      sheet.points = account.points ?? noPoints
      sheet.band =
        account.points.map {
          UInt8(cuts.band(of: Points(tenThousandths: Int64($0)), before: nil))
        } ?? noPlace
      sheet.quadrant = account.quadrant
      var tally = SegmentTally(bands: policy.bands.count, peers: 0)
      tally.add(&sheet, revenue: account.revenue, said: account.said)
      tallies.add(tally, account.segment)
      if let parent = account.parent { tallies.add(tally, Segment(parent: parent)) }
    }
    return tallies
  }

  private func members(_ accounts: [Account], of name: String) -> [Account] {
    accounts.filter { account in
      account.segment.rollups.contains { $0.name == name }
        || account.parent.map { Segment(parent: $0).name } == name
    }
  }

  @Test("roll-ups: every figure of every segment is that of its accounts", arguments: 1...4)
  func figures(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let accounts = accounts(200, &random)
    var book = RollupBook()
    let report = book.report(tallies(accounts), at: day(10), policy: policy)
    var names: Set<String> = []
    for account in accounts {
      names.formUnion(account.segment.rollups.map(\.name))
      if let parent = account.parent { names.insert(Segment(parent: parent).name) }
    }
    #expect(report.rollups.map(\.segment) == names.sorted())
    let cuts = BandCuts(policy)
    for rollup in report.rollups {
      let mine = members(accounts, of: rollup.segment)
      let points = mine.compactMap(\.points).sorted()
      let red = mine.filter { account in
        account.points.map { cuts.band(of: Points(tenThousandths: Int64($0)), before: nil) } == 0
      }
      #expect(rollup.accounts == mine.count)
      #expect(rollup.scored == points.count)
      #expect(rollup.bands.map(\.name) == policy.bands.map(\.name))
      #expect(rollup.bands[0].count == red.count)
      #expect(rollup.bands.reduce(0) { $0 + $1.count } == points.count)
      for quadrant in rollup.quadrants {
        #expect(quadrant.count == mine.filter { $0.quadrant?.rawValue == quadrant.name }.count)
      }
      #expect(rollup.revenue == mine.reduce(0) { $0 + Int64(($1.revenue * 100).rounded()) })
      #expect(rollup.revenueAtRisk == red.reduce(0) { $0 + Int64(($1.revenue * 100).rounded()) })
      let sum = points.reduce(Int64(0)) { $0 + Int64($1) }
      #expect(rollup.mean == Points(Double(sum) / Double(points.count) / 10_000))
      #expect(rollup.redShare == Double(red.count) / Double(points.count))
      for (q, found) in [(0.1, rollup.p10), (0.5, rollup.p50), (0.9, rollup.p90)] {
        let exact = Double(points[Int((q * Double(points.count - 1)).rounded(.down))]) / 10_000
        #expect(abs(try #require(found).value - exact) <= 0.005 * exact + 0.0001, "\(q)")
      }
    }
  }

  @Test(
    "what people override: accounts in each band as they are seen, and those put there from another or none; computed figures stay",
    arguments: 5...7)
  func overridden(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let accounts = accounts(20, &random)
    var plainAccounts = accounts
    for i in plainAccounts.indices { plainAccounts[i].said = nil }
    var (book, plainBook) = (RollupBook(), RollupBook())
    let report = book.report(tallies(accounts), at: day(10), policy: policy)
    let plain = plainBook.report(tallies(plainAccounts), at: day(10), policy: policy)
    let cuts = BandCuts(policy)
    var seen: Set<Bool> = []
    for (rollup, computed) in zip(report.rollups, plain.rollups) {
      let bands = members(accounts, of: rollup.segment).map { account in
        (
          said: account.said,
          computed: account.points.map {
            cuts.band(of: Points(tenThousandths: Int64($0)), before: nil)
          }
        )
      }
      let moved = bands.filter { $0.said != nil && $0.said != $0.computed }
      seen.insert(moved.isEmpty)
      let named = policy.bands.enumerated().map { place, band in
        (
          overridden: NamedCount(name: band.name, count: moved.count { $0.said == place }),
          effective: NamedCount(
            name: band.name, count: bands.count { ($0.said ?? $0.computed) == place })
        )
      }
      #expect(rollup.overridden == (moved.isEmpty ? [] : named.map(\.overridden)))
      #expect(rollup.effectiveBands == (moved.isEmpty ? [] : named.map(\.effective)))
      var same = rollup
      (same.overridden, same.effectiveBands) = ([], [])
      #expect(same == computed)
    }
    #expect(seen == [true, false])
  }

  @Test("permuting accounts, and cutting them into parts, changes nothing", arguments: 1...3)
  func order(seed: UInt64) {
    var random = SeededGenerator(seed: seed + 10)
    let accounts = accounts(150, &random)
    var book = RollupBook()
    let first = book.report(tallies(accounts), at: day(1), policy: policy)
    for parts in [1, 2, 9] {
      let shuffled = accounts.shuffled(using: &random)
      var all = SegmentTallies(peerMeasures: [])
      for part in (0..<parts).shuffled(using: &random) {
        all.merge(tallies(shuffled.indices.filter { $0 % parts == part }.map { shuffled[$0] }))
      }
      var book = RollupBook()
      #expect(book.report(all, at: day(1), policy: policy).rollups == first.rollups)
    }
  }

  @Test("red share: its slope over the last days; a segment that is gone is told once")
  func trend() throws {
    let (bank, shop) = (Segment(industry: "bank", tier: "t", stage: "s"), "industry=shop")
    func told(red: Int, _ more: [Account]) -> SegmentTallies {
      let accounts = (0..<10).map {
        Account(segment: bank, revenue: 1, points: $0 < red ? 0 : 1_000_000)
      }
      return tallies(accounts + more)
    }
    let extra = Account(
      segment: Segment(industry: "shop", tier: "t", stage: "s"), revenue: 0, points: 5)
    var book = RollupBook()
    var trends: [Double?] = []
    var ceased: [[String]] = []
    // The last three days count; the fifth is missing.
    for (n, red) in [(0, 1), (1, 2), (2, 5), (3, 6), (5, 3), (9, 3)] {
      let tallies = told(red: red, n == 1 ? [extra] : [])
      let report = book.report(tallies, at: day(n), policy: policy)
      trends.append(report.rollups.first { $0.segment == "industry=bank" }!.redTrend)
      ceased.append(report.ceased)
    }
    // By hand, of the shares .1 | .1 .2 | .1 .2 .5 | .2 .5 .6 | .6 – .3 | .3.
    let expected: [Double?] = [nil, 0.1, 0.2, 0.2, -0.15, nil]
    for (found, expected) in zip(trends, expected) {
      if let expected {
        #expect(abs(try #require(found) - expected) < 1e-12)
      } else {
        #expect(found == nil)
      }
    }
    #expect(ceased[2].contains(shop))
    #expect(ceased[2].count == 3, "industry, industry × tier, and with the stage: \(ceased[2])")
    #expect(ceased.filter { !$0.isEmpty }.count == 1)
  }

  @Test("parents from children: weighted by revenue, the worst of them, or its own score")
  func parents() throws {
    let segment = Segment(industry: "", tier: "t", stage: "s")
    func health(
      _ rule: ParentRule, _ children: [(points: Int32?, revenue: Double)], own: Int32? = nil
    ) throws -> ParentHealth {
      var policy = policy
      policy.parents = rule
      var tallies = tallies(
        children.map {
          Account(segment: segment, parent: "acme", revenue: $0.revenue, points: $0.points)
        })
      if let own {
        var tally = SegmentTally(bands: policy.bands.count, peers: 0)
        tally.note(own: own)
        tallies.add(tally, Segment(parent: "acme"))
      }
      var book = RollupBook()
      let report = book.report(tallies, at: day(1), policy: policy)
      let rollup = try #require(report.rollups.first { $0.segment == "parent=acme" })
      #expect(rollup.accounts == children.count)
      return try #require(rollup.parent)
    }
    let children: [(points: Int32?, revenue: Double)] = [
      (800_000, 300), (200_000, 100), (nil, 900),
    ]
    // (80 · 300 + 20 · 100) ÷ 400
    #expect(try health(.revenueWeighted, children).score == Points(65))
    #expect(try health(.worstOf, children).score == Points(20))
    #expect(try health(.worstOf, children).band == policy.bands[0].name)
    #expect(try health(.own, children).score == nil)
    #expect(try health(.own, children, own: 912_345).score == Points(91.2345))
    #expect(try health(.revenueWeighted, [(800_000, 0), (200_000, 0)]).score == Points(50))
    #expect(try health(.revenueWeighted, [(nil, 5)]).score == nil)
    #expect(try health(.worstOf, children).rule == "worst_of")
  }
}
