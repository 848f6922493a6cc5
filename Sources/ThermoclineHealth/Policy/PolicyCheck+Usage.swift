internal import ThermoclineCore

extension PolicyCheck {
  mutating func usage(_ policy: Policy) {
    guard let rule = policy.usage else { return }
    that(
      "usage.top_features", (0...50).contains(rule.topFeatures), "is \(rule.topFeatures)", "0…50")
    types("usage.outcomes", rule.outcomes)
    that(
      "usage.outcome_days", (1...14).contains(rule.outcomeDays), "is \(rule.outcomeDays)", "1…14")
    count("usage.funnel", rule.funnel.count, 0...8)
    unique("usage.funnel", rule.funnel)
    for (i, type) in rule.funnel.enumerated() { name("usage.funnel[\(i)]", type) }
    count("usage.costs", rule.costs.count, 0...16)
    unique("usage.costs", rule.costs.map(\.type))
    for cost in rule.costs { number("usage.costs.\(cost.type)", cost.cost, 0...1e9) }
    let counted = policy.measures.filter {
      [.distinctUsers, .distinctFeatures, .stickiness].contains($0.kind)
    }
    that(
      "usage", counted.allSatisfy { $0.slide == .days(1) },
      "it counts users and features by the day, a measure counts them otherwise",
      "a slide of 1d for every measure of kind distinct_users or distinct_features")
  }
}
