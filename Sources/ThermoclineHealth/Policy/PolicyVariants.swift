package import ThermoclineCore

/// Which overrides hold for which accounts. All accounts for which the same ones hold share a variant of the
/// policy; variant 0 is the policy without any.
package struct PolicyVariants: Sendable {
  /// The overrides of each variant, in the policy's order.
  package private(set) var members: [[Int]] = [[]]
  /// Words that conditions name, each once. The place after the last stands for every other word.
  private let tiers: [String]
  private let industries: [String]
  private let stages: [String]
  /// Variant by tier, industry and stage, the stage going round fastest.
  private(set) var table: [UInt8] = []

  /// More variants than `PolicyLimits.variantsMax` are counted and not kept; `validate()` refuses such a policy.
  package init(_ policy: Policy) {
    func words(_ list: (SegmentCondition) -> [String]) -> [String] {
      var words: [String] = []
      for override in policy.overrides {
        for word in list(override.when) where !words.contains(word) { words.append(word) }
      }
      return words
    }
    tiers = words(\.tiers)
    industries = words(\.industries)
    stages = words(\.stages)
    guard max(tiers.count, industries.count, stages.count) <= PolicyLimits.segmentWordsMax else {
      return
    }
    for tier in tiers.map(Optional.some) + [nil] {
      for industry in industries.map(Optional.some) + [nil] {
        for stage in stages.map(Optional.some) + [nil] {
          let holding = policy.overrides.indices.filter {
            policy.overrides[$0].when.holds(tier: tier, industry: industry, stage: stage)
          }
          if !members.contains(holding) { members.append(holding) }
          table.append(UInt8(truncatingIfNeeded: members.firstIndex(of: holding)!))
        }
      }
    }
  }

  package var count: Int { members.count }

  /// Most different words of one kind.
  var wordsMost: Int { max(tiers.count, industries.count, stages.count) }

  /// Industries and stages of the table, the others included.
  var industriesCount: Int { industries.count + 1 }
  var stagesCount: Int { stages.count + 1 }

  /// Where an account's words stand. A profile that names no stage has that of its contract's dates.
  package func places(of profile: AccountProfile) -> SegmentPlaces {
    SegmentPlaces(
      tier: Self.place(profile.tier, tiers), industry: Self.place(profile.industry, industries),
      stage: profile.stage.map { Self.place($0, stages) } ?? SegmentPlaces.byDates)
  }

  /// Place of a stage by dates.
  func place(_ stage: AccountStage) -> UInt8 { Self.place(stage.rawValue, stages) }

  /// The variant of an account of these words.
  package func variant(tier: String, industry: String, stage: String) -> Int {
    let row =
      Int(Self.place(tier, tiers)) * industriesCount + Int(Self.place(industry, industries))
    return Int(table[row * stagesCount + Int(Self.place(stage, stages))])
  }

  private static func place(_ word: String, _ words: [String]) -> UInt8 {
    UInt8(words.firstIndex(of: word) ?? words.count)
  }
}

/// An account's tier, industry and stage as places among the words of a policy's overrides.
package struct SegmentPlaces: Sendable, BitwiseCopyable {
  package var tier: UInt8
  package var industry: UInt8
  package var stage: UInt8

  /// The stage follows from the contract's dates.
  package static let byDates = UInt8.max
}
