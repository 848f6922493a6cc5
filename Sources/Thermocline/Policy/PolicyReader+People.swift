internal import ThermoclineHealth

extension PolicyReader {
  /// Reads a rule over the one that is there.
  static func keyContact(
    _ node: YAMLNode, over known: KeyContactRule?
  ) throws(YAMLFinding) -> KeyContactRule {
    let map = try node.map([
      "share_min", "days_min", "active_days_min", "run_length", "goes_on_min", "takeover", "share",
    ])
    var rule = known ?? KeyContactRule()
    if let node = map["share_min"] { rule.shareMin = try node.number() }
    if let node = map["days_min"] { rule.daysMin = try node.whole() }
    if let node = map["active_days_min"] { rule.activeDaysMin = try node.whole() }
    if let node = map["run_length"] { rule.runLength = try node.number() }
    if let node = map["goes_on_min"] { rule.goesOnMin = try node.number() }
    if let node = map["takeover"] { rule.takeover = try node.number() }
    if let node = map["share"] { rule.share = try node.number() }
    return rule
  }

  /// Reads a rule over the one that is there.
  static func feature(
    _ node: YAMLNode, over known: FeatureRule?
  ) throws(YAMLFinding) -> FeatureRule {
    let map = try node.map([
      "share_min", "days_min", "active_days_min", "run_length", "goes_on_min", "takeover", "share",
    ])
    var rule = known ?? FeatureRule()
    if let node = map["share_min"] { rule.shareMin = try node.number() }
    if let node = map["days_min"] { rule.daysMin = try node.whole() }
    if let node = map["active_days_min"] { rule.activeDaysMin = try node.whole() }
    if let node = map["run_length"] { rule.runLength = try node.number() }
    if let node = map["goes_on_min"] { rule.goesOnMin = try node.number() }
    if let node = map["takeover"] { rule.takeover = try node.number() }
    if let node = map["share"] { rule.share = try node.number() }
    return rule
  }

  /// Reads a rule over the one that is there.
  static func singleUser(
    _ node: YAMLNode, over known: SingleUserRule?
  ) throws(YAMLFinding) -> SingleUserRule {
    let map = try node.map(["share_min", "clear_level", "weeks", "volume_min"])
    var rule = known ?? SingleUserRule()
    if let node = map["share_min"] { rule.shareMin = try node.number() }
    if let node = map["clear_level"] { rule.clearLevel = try node.number() }
    if let node = map["weeks"] { rule.weeks = try node.whole() }
    if let node = map["volume_min"] { rule.volumeMin = try node.number() }
    return rule
  }
}
