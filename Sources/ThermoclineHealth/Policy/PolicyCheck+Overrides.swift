extension PolicyCheck {
  /// One override by itself: whom it is for, and whether what it names is there.
  mutating func at(_ path: String, _ override: PolicyOverride, in policy: Policy) {
    that(
      "\(path).when", !override.when.isEmpty, "names nobody",
      "one or more of tier, industry, stage")
    for (key, words) in [
      ("tier", override.when.tiers), ("industry", override.when.industries),
      ("stage", override.when.stages),
    ] where !words.isEmpty { types("\(path).when.\(key)", words) }
    known(
      "\(path).dimensions", override.dimensions.map(\.name), among: policy.dimensions.map(\.name))
    for dimension in override.dimensions {
      weight("\(path).dimensions.\(dimension.name)", dimension.weight)
    }
    known("\(path).bands", override.bands.map(\.name), among: policy.bands.map(\.name))
    for band in override.bands { number("\(path).bands.\(band.name)", band.from, 0...100) }
    known("\(path).measures", override.measures.map(\.name), among: policy.measures.map(\.name))
    for change in override.measures {
      if let weight = change.weight {
        self.weight("\(path).measures.\(change.name).weight", weight)
      }
      if let weight = change.axisWeight {
        self.weight("\(path).measures.\(change.name).axis_weight", weight)
      }
      guard let points = change.points,
        let measure = policy.measures.first(where: { $0.name == change.name })
      else { continue }
      self.points(
        "\(path).measures.\(change.name).\(measure.normalisation.word)", points, measure.direction)
    }
    if let value = override.bandHysteresis { number("\(path).band_hysteresis", value, 0...20) }
    if let value = override.axisThreshold { number("\(path).axes.threshold", value, 0...100) }
    if let value = override.axisDeadBand { number("\(path).axes.dead_band", value, 0...20) }
    if let value = override.coverageMin { number("\(path).coverage_min", value, 0...1) }
  }

  /// What overrides come to together.
  mutating func variants(of policy: Policy) {
    let variants = PolicyVariants(policy)
    let words = PolicyLimits.segmentWordsMax
    that(
      "overrides", variants.wordsMost <= words,
      "\(variants.wordsMost) different words of one kind", "at most \(words)")
    let most = PolicyLimits.variantsMax
    that(
      "overrides", variants.count <= most,
      "\(variants.count) different combinations of overrides", "at most \(most)")
    guard problems.isEmpty else { return }
    for members in variants.members.dropFirst() {
      var check = PolicyCheck()
      policy.applying(members).checkWeightsAndCuts(&check)
      for problem in check.problems {
        that(
          "overrides[\(members.last!)]", false,
          "for \(policy.title(of: members)): \(problem.path): \(problem.problem)", problem.allowed)
      }
    }
  }

  private mutating func known(_ path: String, _ names: [String], among known: [String]) {
    for name in names where !known.contains(name) {
      that("\(path).\(name)", false, "is not in the policy", known.joined(separator: ", "))
    }
    unique(path, names)
  }
}
