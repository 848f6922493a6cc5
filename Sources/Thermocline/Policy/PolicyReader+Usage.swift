internal import ThermoclineHealth

extension PolicyReader {
  /// Reads what to publish of usage over what is there.
  static func usage(_ node: YAMLNode, over known: UsageRule?) throws(YAMLFinding) -> UsageRule {
    let map = try node.map(["top_features", "outcomes", "outcome_days", "funnel", "costs"])
    var rule = known ?? UsageRule()
    if let node = map["top_features"] { rule.topFeatures = try node.whole() }
    if let node = map["outcomes"] { rule.outcomes = try node.strings() }
    if let node = map["outcome_days"] { rule.outcomeDays = try node.whole() }
    if let node = map["funnel"] { rule.funnel = try node.strings() }
    if let node = map["costs"] {
      rule.costs = []
      for item in try node.list() {
        let cost = try item.map(["type", "cost"])
        rule.costs.append(
          UsageCost(try cost.required("type").string(), try cost.required("cost").number()))
      }
    }
    return rule
  }
}
