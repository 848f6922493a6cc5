internal import ThermoclineCore

extension PolicyCheck {
  mutating func people(_ policy: Policy) {
    let alerts = policy.alerts
    if let rule = alerts.keyContact { at("alerts.key_contact", rule) }
    if let rule = alerts.singleUser { at("alerts.single_user", rule) }
    if let rule = alerts.feature { at("alerts.feature_abandoned", rule) }
    days(.distinctFeatures, of: policy, for: alerts.feature == nil ? [] : ["feature_abandoned"])
    let users = [
      ("key_contact", alerts.keyContact != nil), ("single_user", alerts.singleUser != nil),
    ]
    days(.distinctUsers, of: policy, for: users.filter { $0.1 }.map { $0.0 })
  }

  /// Rules that count users, or features, by the day need the windows to do so.
  private mutating func days(_ kind: MeasureKind, of policy: Policy, for rules: [String]) {
    guard !rules.isEmpty else { return }
    let slides = policy.measures.filter {
      $0.kind == kind || kind == .distinctUsers && $0.kind == .stickiness
    }
    that(
      "alerts", slides.allSatisfy { $0.slide == .days(1) },
      "\(rules.joined(separator: " and ")) \(rules.count == 1 ? "counts" : "count") by the day, a measure "
        + "counts otherwise",
      "a slide of 1d for every measure of kind \(kind.word)")
  }

  private mutating func at(_ path: String, _ rule: KeyContactRule) {
    number("\(path).share_min", rule.shareMin, 0.1...1)
    that("\(path).days_min", (2...21).contains(rule.daysMin), "is \(rule.daysMin)", "2…21")
    that(
      "\(path).active_days_min", (2...20).contains(rule.activeDaysMin), "is \(rule.activeDaysMin)",
      "2…20")
    number("\(path).run_length", rule.runLength, 1...14)
    number("\(path).goes_on_min", rule.goesOnMin, 0...1)
    number("\(path).takeover", rule.takeover, 0.1...1)
    number("\(path).share", rule.share, 0.001...1_000)
  }

  private mutating func at(_ path: String, _ rule: FeatureRule) {
    number("\(path).share_min", rule.shareMin, 0.05...1)
    that("\(path).days_min", (2...21).contains(rule.daysMin), "is \(rule.daysMin)", "2…21")
    that(
      "\(path).active_days_min", (2...20).contains(rule.activeDaysMin), "is \(rule.activeDaysMin)",
      "2…20")
    number("\(path).run_length", rule.runLength, 1...14)
    number("\(path).goes_on_min", rule.goesOnMin, 0...1)
    number("\(path).takeover", rule.takeover, 0.1...1)
    number("\(path).share", rule.share, 0.001...1_000)
  }

  private mutating func at(_ path: String, _ rule: SingleUserRule) {
    that(
      "\(path).share_min", rule.shareMin > 0.5 && rule.shareMin <= 1, "is \(rule.shareMin)",
      "above 0.5, up to 1")
    that(
      "\(path).clear_level", rule.clearLevel >= 0.5 && rule.clearLevel < rule.shareMin,
      "is \(rule.clearLevel)", "0.5 or more and below share_min")
    that("\(path).weeks", (1...4).contains(rule.weeks), "is \(rule.weeks)", "1…4")
    number("\(path).volume_min", rule.volumeMin, 1...1e9)
  }
}
