internal import ThermoclineHealth
internal import Yams

extension PolicyReader {
  /// What is otherwise for some segments of this policy.
  static func override(_ node: YAMLNode, of policy: Policy) throws(YAMLFinding) -> PolicyOverride {
    let map = try node.map([
      "when", "dimensions", "measures", "bands", "band_hysteresis", "axes", "coverage_min",
      "alerts",
    ])
    if let alerts = map["alerts"] {
      throw alerts.refuse(
        "is the same for all accounts, who share a budget of false alarms",
        "alerts of the policy; important_tiers and revenue_large there make those of some accounts more severe"
      )
    }
    let when = try map.required("when").map(["tier", "industry", "stage"])
    var override = PolicyOverride(
      when: SegmentCondition(
        tiers: try when["tier"]?.words() ?? [], industries: try when["industry"]?.words() ?? [],
        stages: try when["stage"]?.words() ?? []))
    for (name, node) in try map["dimensions"]?.entries() ?? [] {
      override.dimensions.append(Dimension(name, weight: try node.number()))
    }
    for (name, node) in try map["bands"]?.entries() ?? [] {
      override.bands.append(Band(name, from: try node.number()))
    }
    for (name, node) in try map["measures"]?.entries() ?? [] {
      override.measures.append(try measure(name, node, of: policy))
    }
    if let node = map["band_hysteresis"] { override.bandHysteresis = try node.number() }
    if let node = map["coverage_min"] { override.coverageMin = try node.number() }
    if let node = map["axes"] {
      let axes = try node.map(["threshold", "dead_band"])
      if let node = axes["threshold"] { override.axisThreshold = try node.number() }
      if let node = axes["dead_band"] { override.axisDeadBand = try node.number() }
    }
    return override
  }

  private static func measure(
    _ name: String, _ node: YAMLNode, of policy: Policy
  ) throws(YAMLFinding) -> MeasureOverride {
    // A measure that is not there is told by `validate`, with all the names there are.
    let word = policy.measures.first { $0.name == name }?.normalisation.word
    let map = try node.map(["weight", "axis_weight"] + (word.map { [$0] } ?? []))
    var change = MeasureOverride(name)
    if let node = map["weight"] { change.weight = try node.number() }
    if let node = map["axis_weight"] { change.axisWeight = try node.number() }
    if let word, let node = map[word] { change.points = try points(node) }
    return change
  }
}

extension YAMLNode {
  /// A list of texts; a single text is a list of one.
  fileprivate func words() throws(YAMLFinding) -> [String] {
    if case .scalar = node { return [try string()] }
    return try strings()
  }
}
