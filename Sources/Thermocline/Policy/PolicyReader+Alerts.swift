internal import ThermoclineCore
internal import ThermoclineHealth

extension PolicyReader {
  /// Reads alerts over those that are there; drop rules are the same when their measure is.
  static func alerts(
    _ node: YAMLNode, into alerts: inout AlertPolicy, _ places: inout PolicyPlaces
  ) throws(YAMLFinding) {
    let map = try node.map([
      "budget", "false_share", "fire_ticks", "clear_ticks", "cool_down", "renewal_near",
      "revenue_large", "important_tiers", "drops", "outage", "silence",
      "key_contact", "single_user", "feature_abandoned", "sudden_stop", "slow_decline",
      "band_change",
      "quadrant_change", "renewal_at_risk", "payment_failed_while_healthy",
    ])
    if let node = map["budget"] { alerts.budget = try node.number() }
    if let node = map["false_share"] { alerts.falseShare = try node.number() }
    if let node = map["fire_ticks"] { alerts.fireTicks = try node.whole() }
    if let node = map["clear_ticks"] { alerts.clearTicks = try node.whole() }
    if let node = map["cool_down"] { alerts.coolDown = try node.span() }
    if let node = map["renewal_near"] { alerts.renewalNear = try node.span() }
    if let node = map["revenue_large"] { alerts.revenueLarge = try node.number() }
    if let node = map["important_tiers"] { alerts.importantTiers = try node.strings() }
    if let node = map["drops"] {
      for (i, item) in try node.list().enumerated() {
        let rule = try drop(item, among: alerts.drops)
        try places.drops.add(rule.measure, i, item)
        alerts.drops.put(rule) { $0.measure == rule.measure }
      }
    }
    if let node = map["silence"] {
      alerts.silence = node.isNull ? nil : try silence(node, over: alerts.silence)
    }
    if let node = map["key_contact"] {
      alerts.keyContact = node.isNull ? nil : try keyContact(node, over: alerts.keyContact)
    }
    if let node = map["single_user"] {
      alerts.singleUser = node.isNull ? nil : try singleUser(node, over: alerts.singleUser)
    }
    if let node = map["feature_abandoned"] {
      alerts.feature = node.isNull ? nil : try feature(node, over: alerts.feature)
    }
    try account(map, into: &alerts)
    if let node = map["outage"] {
      alerts.outage = node.isNull ? nil : try outage(node, over: alerts.outage)
    }
  }

  private static func drop(
    _ node: YAMLNode, among known: [DropRule]
  ) throws(YAMLFinding) -> DropRule {
    let map = try node.map([
      "measure", "weeks", "weeks_min", "spans", "volume_min", "clear_level", "prior_dispersion",
      "prior_degrees", "share", "cause",
    ])
    let measure = try map.required("measure").string()
    var rule = known.first { $0.measure == measure } ?? DropRule(measure: measure)
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
    if let node = map["cause"] { rule.cause = node.isNull ? nil : try cause(node) }
    return rule
  }

  private static func cause(_ node: YAMLNode) throws(YAMLFinding) -> CauseRule {
    let map = try node.map(["sessions"])
    return CauseRule(sessions: try map.required("sessions").strings())
  }

  private static func outage(
    _ node: YAMLNode, over base: OutageRule?
  ) throws(YAMLFinding) -> OutageRule {
    let map = try node.map(["level"])
    var rule = base ?? OutageRule()
    if let node = map["level"] { rule.level = try node.number() }
    return rule
  }

  private static func silence(
    _ node: YAMLNode, over base: SilenceRule?
  ) throws(YAMLFinding) -> SilenceRule {
    let map = try node.map(["days_min", "active_days_min", "run_length", "share"])
    var rule = base ?? SilenceRule()
    if let node = map["days_min"] { rule.daysMin = try node.whole() }
    if let node = map["active_days_min"] { rule.activeDaysMin = try node.whole() }
    if let node = map["run_length"] { rule.runLength = try node.number() }
    if let node = map["share"] { rule.share = try node.number() }
    return rule
  }
}
