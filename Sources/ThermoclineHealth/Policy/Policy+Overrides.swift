extension Policy {
  /// The policy as it is for the accounts for which these overrides hold: one without overrides.
  package func applying(_ members: [Int]) -> Policy {
    var policy = self
    policy.overrides = []
    for member in members { policy.apply(overrides[member]) }
    return policy
  }

  /// The policy as it is for an account of these words.
  package func resolved(tier: String, industry: String, stage: String) -> Policy {
    let variants = PolicyVariants(self)
    return applying(
      variants.members[variants.variant(tier: tier, industry: industry, stage: stage)])
  }

  /// What the outputs call a variant: the conditions of its overrides; empty for none.
  package func title(of members: [Int]) -> String {
    members.map { overrides[$0].when.description }.joined(separator: "; ")
  }

  private mutating func apply(_ override: PolicyOverride) {
    for dimension in override.dimensions {
      for i in dimensions.indices where dimensions[i].name == dimension.name {
        dimensions[i].weight = dimension.weight
      }
    }
    for band in override.bands {
      for i in bands.indices where bands[i].name == band.name { bands[i].from = band.from }
    }
    for change in override.measures {
      for i in measures.indices where measures[i].name == change.name {
        if let weight = change.weight {
          measures[i].weight = weight
          measures[i].axisWeight = nil
        }
        if let weight = change.axisWeight { measures[i].axisWeight = weight }
        if let points = change.points { measures[i].normalisation.points = points }
      }
    }
    bandHysteresis = override.bandHysteresis ?? bandHysteresis
    axes.threshold = override.axisThreshold ?? axes.threshold
    axes.deadBand = override.axisDeadBand ?? axes.deadBand
    coverageMin = override.coverageMin ?? coverageMin
  }
}
