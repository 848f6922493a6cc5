internal import ThermoclineCore
internal import ThermoclineHealth

extension PolicyReader {
  /// Reads the rules about accounts as a whole over those that are there; `~` takes one away.
  static func account(
    _ map: YAMLMap, into alerts: inout AlertPolicy
  ) throws(YAMLFinding) {
    if let node = map["sudden_stop"] {
      alerts.suddenStop = node.isNull ? nil : try suddenStop(node, over: alerts.suddenStop)
    }
    if let node = map["slow_decline"] {
      alerts.slowDecline = node.isNull ? nil : try slowDecline(node, over: alerts.slowDecline)
    }
    if let node = map["band_change"] {
      alerts.bandChange = node.isNull ? nil : try change(node, over: alerts.bandChange)
    }
    if let node = map["quadrant_change"] {
      alerts.quadrantChange = node.isNull ? nil : try change(node, over: alerts.quadrantChange)
    }
    if let node = map["renewal_at_risk"] {
      alerts.renewal = node.isNull ? nil : try renewal(node, over: alerts.renewal)
    }
    if let node = map["payment_failed_while_healthy"] {
      alerts.payment = node.isNull ? nil : try payment(node, over: alerts.payment)
    }
  }

  private static func suddenStop(
    _ node: YAMLNode, over known: SuddenStopRule?
  ) throws(YAMLFinding) -> SuddenStopRule {
    let map = try node.map(["days_min", "weeks_min", "run_length", "share"])
    var rule = known ?? SuddenStopRule()
    if let node = map["days_min"] { rule.daysMin = try node.whole() }
    if let node = map["weeks_min"] { rule.weeksMin = try node.whole() }
    if let node = map["run_length"] { rule.runLength = try node.number() }
    if let node = map["share"] { rule.share = try node.number() }
    return rule
  }

  private static func slowDecline(
    _ node: YAMLNode, over known: SlowDeclineRule?
  ) throws(YAMLFinding) -> SlowDeclineRule {
    let map = try node.map(["points_min", "weeks"])
    var rule = known ?? SlowDeclineRule()
    if let node = map["points_min"] { rule.pointsMin = try node.number() }
    if let node = map["weeks"] { rule.weeks = try node.whole() }
    return rule
  }

  private static func change(
    _ node: YAMLNode, over known: ChangeRule?
  ) throws(YAMLFinding) -> ChangeRule {
    let map = try node.map(["settled"])
    var rule = known ?? ChangeRule()
    if let node = map["settled"] { rule.settled = try node.span() }
    return rule
  }

  private static func renewal(
    _ node: YAMLNode, over known: RenewalRule?
  ) throws(YAMLFinding) -> RenewalRule {
    let map = try node.map(["points_min"])
    var rule = known ?? RenewalRule()
    if let node = map["points_min"] { rule.pointsMin = try node.number() }
    return rule
  }

  private static func payment(
    _ node: YAMLNode, over known: PaymentRule?
  ) throws(YAMLFinding) -> PaymentRule {
    let map = try node.map(["types", "window"])
    var rule = known ?? PaymentRule()
    if let node = map["types"] { rule.types = try node.strings() }
    if let node = map["window"] { rule.window = try node.span() }
    return rule
  }
}
