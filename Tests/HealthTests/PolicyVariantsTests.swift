import Testing
import ThermoclineCore
import ThermoclineTestKit
import ThermoclineWindows

@testable import ThermoclineHealth

/// Overrides by tier, industry and stage.
@Suite struct PolicyVariantsTests {
  /// Enterprise, then retail, then everyone in renewal.
  private static func policy() -> Policy {
    var policy = Policy.standard
    policy.overrides = [
      PolicyOverride(
        when: SegmentCondition(tiers: ["enterprise", "mid"]),
        dimensions: [Dimension("outcome", weight: 70), Dimension("experience", weight: 30)]),
      PolicyOverride(
        when: SegmentCondition(tiers: ["enterprise"], industries: ["retail"]),
        dimensions: [Dimension("experience", weight: 50)],
        measures: [
          MeasureOverride("events_7d", weight: 0),
          MeasureOverride("active_days_28d", points: ControlPoints([(0, 0), (10, 100)])),
        ]),
      PolicyOverride(
        when: SegmentCondition(stages: ["renewal"]), bands: [Band("green", from: 80)],
        bandHysteresis: 5, axisThreshold: 60, axisDeadBand: 1, coverageMin: 0.5),
    ]
    return policy
  }

  private static let words: [(String, String, String)] = [
    ("standard", "", "active"), ("mid", "retail", "active"), ("enterprise", "bank", "active"),
    ("enterprise", "retail", "active"), ("small", "retail", "renewal"),
    ("enterprise", "retail", "renewal"), ("standard", "bank", "onboarding"),
  ]

  @Test func laterEntriesWin() {
    let policy = Self.policy()
    #expect(policy.validate() == [])
    let resolved = policy.resolved(tier: "enterprise", industry: "retail", stage: "active")
    #expect(resolved.dimensions.map(\.weight) == [70, 50])
    #expect(resolved.measures.first { $0.name == "events_7d" }?.weight == 0)
    #expect(resolved.bands == policy.bands && resolved.overrides.isEmpty)
    let renewing = policy.resolved(tier: "mid", industry: "", stage: "renewal")
    #expect(renewing.dimensions.map(\.weight) == [70, 30])
    #expect(renewing.bands.map(\.from) == [0, 35, 80])
    #expect(renewing.bandHysteresis == 5 && renewing.coverageMin == 0.5)
    #expect(renewing.axes == AxisRule(threshold: 60, deadBand: 1))
    let plain = policy.resolved(tier: "small", industry: "retail", stage: "active")
    var base = policy
    base.overrides = []
    #expect(plain == base)
  }

  /// The table against the conditions themselves.
  @Test func everyAccountHasTheVariantOfItsWords() {
    let policy = Self.policy()
    let variants = PolicyVariants(policy)
    var seen: Set<Int> = []
    for tier in ["enterprise", "mid", "small", ""] {
      for industry in ["retail", "bank", ""] {
        for stage in ["renewal", "active", "own words"] {
          let variant = variants.variant(tier: tier, industry: industry, stage: stage)
          var expected: [Int] = []
          if tier == "enterprise" || tier == "mid" { expected.append(0) }
          if tier == "enterprise" && industry == "retail" { expected.append(1) }
          if stage == "renewal" { expected.append(2) }
          #expect(variants.members[variant] == expected)
          seen.insert(variant)
          var profile = AccountProfile()
          (profile.tier, profile.industry, profile.stage) = (tier, industry, stage)
          let sheet = ScoreSheet(PolicyPlan(policy))
          #expect(sheet.variant(variants.places(of: profile), stage: .active) == variant)
        }
      }
    }
    #expect(seen.count == variants.count)
  }

  /// A variant is the policy that was written out for it, to the last bit: same windows, same scores.
  @Test(arguments: [41, 42] as [UInt64])
  func aVariantIsAPolicyOfItsOwn(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let policy = Self.policy()
    let plan = PolicyPlan(policy)
    var sheet = ScoreSheet(plan)
    var table = ScoreTable(plan)
    table.extend(to: Self.words.count)
    for (number, words) in Self.words.enumerated() {
      let own = PolicyPlan(
        policy.resolved(tier: words.0, industry: words.1, stage: words.2))
      #expect(own.quantities == plan.quantities)
      let naive = NaiveScorer(own)
      var memory = NaiveMemory()
      let variant = plan.variants.variant(tier: words.0, industry: words.1, stage: words.2)
      for n in 0..<30 {
        let reading = RandomPolicy.reading(of: plan, &random, day(n))
        sheet.evaluate(reading, seats: 0, variant: variant, account: UInt32(number), &table)
        var found = sheet.score(account: "a", profile: AccountProfile(), policy: policy)
        let expected = naive.score(account: "a", reading: reading, memory: memory)
        #expect(found.variant == policy.title(of: plan.variants.members[variant]))
        found.variant = ""
        #expect(found == expected, "seed \(seed), \(words), reading \(n)")
        sheet.commit(UInt32(number), to: &table)
        memory = naive.commit(expected, lastEvent: reading.lastEvent, to: memory)
      }
    }
  }

  /// Contributions add up to the score and to its change, also where the variant changes between two scores.
  @Test func contributionsAddUpAcrossVariants() {
    var random = SeededGenerator(seed: 43)
    let plan = PolicyPlan(Self.policy())
    var sheet = ScoreSheet(plan)
    var table = ScoreTable(plan)
    table.extend(to: 1)
    var previous: Points?
    var variants: Set<Int> = []
    for n in 0..<200 {
      let variant = Int.random(in: 0..<plan.variants.count, using: &random)
      sheet.evaluate(
        RandomPolicy.reading(of: plan, &random, day(n)), seats: 1, variant: variant, account: 0,
        &table)
      let score = sheet.score(account: "a", profile: AccountProfile(), policy: plan.policy)
      let sum = score.measures.reduce(Points.zero) { $0 + $1.contribution }
      let change = score.measures.reduce(Points.zero) { $0 + $1.change }
      #expect(sum == score.score ?? .zero)
      if score.score != nil { #expect(change == sum - (previous ?? .zero)) }
      sheet.commit(0, to: &table)
      previous = score.score
      variants.insert(variant)
    }
    #expect(variants.count == plan.variants.count)
  }

  @Test func onlyProportionsOfWeightsMatterInEveryVariant() {
    var random = SeededGenerator(seed: 44)
    let policy = Self.policy()
    var scaled = policy
    for i in scaled.measures.indices { scaled.measures[i].weight *= 0.37 }
    for i in scaled.dimensions.indices { scaled.dimensions[i].weight *= 3 }
    for i in scaled.overrides.indices {
      for d in scaled.overrides[i].dimensions.indices {
        scaled.overrides[i].dimensions[d].weight *= 3
      }
    }
    let plans = [PolicyPlan(policy), PolicyPlan(scaled)]
    for _ in 0..<50 {
      let reading = RandomPolicy.reading(of: plans[0], &random, day(100))
      for variant in 0..<plans[0].variants.count {
        let scores = plans.map { plan in
          var sheet = ScoreSheet(plan)
          var table = ScoreTable(plan)
          table.extend(to: 1)
          sheet.evaluate(reading, seats: 0, variant: variant, account: 0, &table)
          return sheet.score(account: "a", profile: AccountProfile(), policy: plan.policy)
        }
        #expect(scores[0] == scores[1])
      }
    }
  }

  @Test func standardEnterpriseIsSeventyThirty() {
    let shares = ["enterprise", "standard"].map {
      Policy.standard.resolved(tier: $0, industry: "", stage: "active").dimensions.map(\.weight)
    }
    #expect(shares == [[70, 30], [80, 20]])
  }

  @Test func whatCannotBeIsRefused() {
    func problems(_ change: (inout Policy) -> Void) -> [PolicyProblem] {
      var policy = Self.policy()
      change(&policy)
      return policy.validate()
    }
    func paths(_ change: (inout Policy) -> Void) -> [String] { problems(change).map(\.path) }
    #expect(paths { $0.overrides[0].when = SegmentCondition() } == ["overrides[0].when"])
    #expect(
      paths { $0.overrides[0].dimensions[0].name = "x" } == ["overrides[0].dimensions.x"])
    #expect(
      paths { $0.overrides[1].measures[0].weight = -1 }
        == ["overrides[1].measures.events_7d.weight"])
    #expect(
      paths { $0.overrides[1].measures[1].points = ControlPoints([(0, 100), (1, 0)]) }
        == ["overrides[1].measures.active_days_28d.target[1]"])
    #expect(paths { $0.overrides[2].coverageMin = 2 } == ["overrides[2].coverage_min"])
    // Each is right by itself; together green begins below yellow.
    let together = problems { $0.overrides[2].bands = [Band("green", from: 20)] }
    #expect(together.allSatisfy { $0.path == "overrides[2]" } && !together.isEmpty)
    #expect(
      paths {
        $0.overrides[0].dimensions = [
          Dimension("outcome", weight: 0), Dimension("experience", weight: 0),
        ]
      }.contains("overrides[0]"))
    let many = problems { policy in
      policy.overrides = (0..<7).map { n in
        PolicyOverride(
          when: n < 3
            ? SegmentCondition(tiers: ["t\(n)"])
            : SegmentCondition(industries: ["i\(n)"]), coverageMin: 0.1)
      }
      policy.overrides += (0..<7).map {
        PolicyOverride(when: SegmentCondition(stages: ["s\($0)"]), coverageMin: 0.2)
      }
    }
    #expect(many.contains { $0.problem.contains("different combinations") })
  }
}
