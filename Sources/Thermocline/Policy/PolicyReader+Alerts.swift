internal import ThermoclineCore
internal import ThermoclineHealth

extension PolicyReader {
  static func alerts(_ node: YAMLNode) throws(YAMLFinding) -> AlertPolicy {
    let map = try node.map([
      "budget", "false_share", "fire_ticks", "clear_ticks", "cool_down", "renewal_near",
      "revenue_large", "important_tiers", "drops", "outage", "silence",
    ])
    var alerts = AlertPolicy()
    if let node = map["budget"] { alerts.budget = try node.number() }
    if let node = map["false_share"] { alerts.falseShare = try node.number() }
    if let node = map["fire_ticks"] { alerts.fireTicks = try node.whole() }
    if let node = map["clear_ticks"] { alerts.clearTicks = try node.whole() }
    if let node = map["cool_down"] { alerts.coolDown = try node.span() }
    if let node = map["renewal_near"] { alerts.renewalNear = try node.span() }
    if let node = map["revenue_large"] { alerts.revenueLarge = try node.number() }
    if let node = map["important_tiers"] { alerts.importantTiers = try node.strings() }
    if let node = map["drops"] {
      for item in try node.list() { alerts.drops.append(try drop(item)) }
    }
    if let node = map["outage"] { alerts.outage = try outage(node) }
    if let node = map["silence"] { alerts.silence = try silence(node) }
    return alerts
  }

  private static func drop(_ node: YAMLNode) throws(YAMLFinding) -> DropRule {
    let map = try node.map([
      "measure", "weeks", "weeks_min", "spans", "volume_min", "clear_level", "prior_dispersion",
      "prior_degrees", "share",
    ])
    var rule = DropRule(measure: try map.required("measure").string())
    if let node = map["weeks"] { rule.weeks = try node.whole() }
    if let node = map["weeks_min"] { rule.weeksMin = try node.whole() }
    if let node = map["volume_min"] { rule.volumeMin = try node.number() }
    if let node = map["clear_level"] { rule.clearLevel = try node.number() }
    if let node = map["prior_dispersion"] { rule.priorDispersion = try node.number() }
    if let node = map["prior_degrees"] { rule.priorDegrees = try node.number() }
    if let node = map["share"] { rule.share = try node.number() }
    if let node = map["spans"] {
      rule.spans = []
      for item in try node.list() {
        let span = try item.map(["weeks", "effect_min"])
        rule.spans.append(
          DropSpan(
            weeks: try span.required("weeks").whole(),
            effectMin: try span.required("effect_min").number()))
      }
    }
    return rule
  }

  private static func outage(_ node: YAMLNode) throws(YAMLFinding) -> OutageRule {
    let map = try node.map(["level"])
    var rule = OutageRule()
    if let node = map["level"] { rule.level = try node.number() }
    return rule
  }

  private static func silence(_ node: YAMLNode) throws(YAMLFinding) -> SilenceRule {
    let map = try node.map(["days_min", "active_days_min", "run_length", "share"])
    var rule = SilenceRule()
    if let node = map["days_min"] { rule.daysMin = try node.whole() }
    if let node = map["active_days_min"] { rule.activeDaysMin = try node.whole() }
    if let node = map["run_length"] { rule.runLength = try node.number() }
    if let node = map["share"] { rule.share = try node.number() }
    return rule
  }
}
