import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineHealth
import ThermoclineTestKit
import ThermoclineWindows

@testable import ThermoclineEngine

/// The direct encoder and the plain one, on the same scores.
@Suite struct ScoreEncoderTests {
  private static let names = [
    "plain", "quote\"d", "back\\slash", "line\nfeed", "tab\t", "null\u{0}", "bell\u{7}", "é – 🌡",
    "\u{1F}", "{\"a\":1}",
  ]

  /// The standard policy's numbers under names that want escapes.
  private func policy(_ random: inout SeededGenerator) -> Policy {
    var policy = Policy.standard
    for d in policy.dimensions.indices {
      let name = "\(d)" + Self.names.randomElement(using: &random)!
      for m in policy.measures.indices
      where policy.measures[m].dimension == policy.dimensions[d].name {
        policy.measures[m].dimension = name
      }
      policy.dimensions[d].name = name
    }
    policy.alerts.drops = []
    for m in policy.measures.indices where Bool.random(using: &random) {
      let (before, name) = (policy.measures[m].name, "\(m)" + Self.names[m % Self.names.count])
      guard !["tickets_answered_28d", "tickets_opened_28d"].contains(before) else { continue }
      policy.measures[m].name = name
    }
    for b in policy.bands.indices {
      policy.bands[b].name = "\(b)" + Self.names.randomElement(using: &random)!
    }
    policy.overrides = [
      PolicyOverride(
        when: SegmentCondition(tiers: Self.names),
        dimensions: [Dimension(policy.dimensions[0].name, weight: 1)])
    ]
    policy.name = Self.names.randomElement(using: &random)!
    return policy
  }

  private func reading(
    _ plan: PolicyPlan, _ random: inout SeededGenerator, _ at: EventTime
  ) -> WindowReading {
    let isQuiet = Int.random(in: 0..<6, using: &random) == 0
    let values = plan.quantities.map { quantity -> Int64 in
      if isQuiet || Int.random(in: 0..<3, using: &random) == 0 { return 0 }
      let most: Int64 =
        quantity.aggregate == .sum ? 1 << 52 : [40, 40, 1 << 40].randomElement(using: &random)!
      return Int64.random(in: 0...most, using: &random)
    }
    let first = at - .hours(Int64.random(in: 1...2_000, using: &random))
    return WindowReading(
      at: at, values: values,
      lastEvent: max(first, at - .hours(Int64.random(in: 0...200, using: &random))),
      firstEvent: first, isFinal: Bool.random(using: &random))
  }

  private func profile(_ random: inout SeededGenerator, _ at: EventTime) -> AccountProfile {
    var profile = AccountProfile()
    profile.tier = Self.names.randomElement(using: &random)!
    profile.industry = Self.names.randomElement(using: &random)!
    if Bool.random(using: &random) { profile.stage = Self.names.randomElement(using: &random)! }
    profile.revenue = [0, 0.1, 1_800.5, 1e9, 1e15, 1e16, 12_345_678_901.25].randomElement(
      using: &random)!
    profile.contractStart = at - .days(Int64.random(in: 0...60, using: &random))
    profile.contractEnd = at + .days(Int64.random(in: -10...100, using: &random))
    return profile
  }

  @Test("byte for byte as the plain encoder", arguments: 1...25)
  func bytes(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let plan = PolicyPlan(policy(&random))
    var sheet = ScoreSheet(plan)
    var table = ScoreTable(plan)
    table.extend(to: 2)
    var encoder = ScoreEncoder(plan)
    var profiles = ProfileRegister(plan.variants)
    var overrides = OverrideRegister(bands: [])
    var text = TextBuffer()
    var account = TextBuffer()
    var (absent, negative) = (0, 0)
    for n in 0..<60 {
      let at = monday + .hours(Int64(n) * 7)
      let profile = profile(&random, at)
      let row = profiles.add(profile)
      let name = Self.names.randomElement(using: &random)! + "\(n)"
      sheet.evaluate(
        reading(plan, &random, at), seats: profile.seats,
        variant: Int.random(in: 0...1, using: &random), account: 1, &table)
      var score = sheet.score(account: name, profile: profile, policy: plan.policy)
      var override: UInt32 = 0
      if n % 3 == 0 {
        let said = ScoreOverride(
          score: n % 2 == 0 ? Points(Double(n) / 7) : nil,
          band: Self.names.randomElement(using: &random)!, reason: name, author: "é\"",
          from: at - .days(1), expires: at + .days(Int64(n % 2)))
        override = overrides.row(overrides.add(said), at: at)
        #expect((override == 0) == (n % 2 == 0), "it has expired when its time has come")
        score.override = said.holds(at: at) ? said : nil
      }
      var writer = JSONWriter()
      HealthScoreEncoder.encode(score, into: &writer)
      text.clear()
      account.clear()
      account.append(text: name)
      encoder.encode(
        &sheet, account: account, profile: row, &profiles, override: override, overrides,
        into: &text)
      let found = text.string
      #expect(found == String(decoding: writer.bytes, as: UTF8.self), "seed \(seed), score \(n)")
      if score.measures.contains(where: { $0.value == nil }) { absent += 1 }
      if score.change.map({ $0 < .zero }) == true { negative += 1 }
      sheet.commit(1, to: &table)
    }
    #expect(absent > 0 && negative > 0, "both were tried")
  }
}
