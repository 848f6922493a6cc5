/// Which accounts an override is for: every list that is not empty must hold the account's word.
package struct SegmentCondition: Sendable, Equatable {
  package var tiers: [String]
  package var industries: [String]
  /// Of the profile, or `onboarding`, `active`, `renewal`, `ended` by the contract's dates.
  package var stages: [String]

  package init(tiers: [String] = [], industries: [String] = [], stages: [String] = []) {
    self.tiers = tiers
    self.industries = industries
    self.stages = stages
  }

  /// Whether it says nothing, which would be everybody.
  package var isEmpty: Bool { tiers.isEmpty && industries.isEmpty && stages.isEmpty }

  /// Whether an account of these words is meant. nil stands for a word that no condition names.
  package func holds(tier: String?, industry: String?, stage: String?) -> Bool {
    func holds(_ words: [String], _ word: String?) -> Bool {
      words.isEmpty || word.map(words.contains) == true
    }
    return holds(tiers, tier) && holds(industries, industry) && holds(stages, stage)
  }
}

extension SegmentCondition: CustomStringConvertible {
  /// `tier=enterprise,mid stage=renewal`.
  package var description: String {
    [("tier", tiers), ("industry", industries), ("stage", stages)]
      .filter { !$0.1.isEmpty }
      .map { "\($0.0)=\($0.1.joined(separator: ","))" }.joined(separator: " ")
  }
}
