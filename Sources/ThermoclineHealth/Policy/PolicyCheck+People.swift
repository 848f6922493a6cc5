internal import ThermoclineCore

extension PolicyCheck {
  mutating func people(_ policy: Policy) {
    let alerts = policy.alerts
    if let rule = alerts.keyContact { at("alerts.key_contact", rule) }
    if let rule = alerts.singleUser { at("alerts.single_user", rule) }
    guard alerts.keyContact != nil || alerts.singleUser != nil else { return }
    let slides = policy.measures.filter { $0.kind == .distinctUsers || $0.kind == .stickiness }
    that(
      "alerts", slides.allSatisfy { $0.slide == .days(1) },
      "key_contact and single_user count users by the day, a measure counts them otherwise",
      "a slide of 1d for every measure of kind distinct_users")
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
