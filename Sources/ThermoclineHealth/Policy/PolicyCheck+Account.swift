internal import ThermoclineCore

extension PolicyCheck {
  mutating func account(_ alerts: AlertPolicy) {
    if let rule = alerts.suddenStop { at("alerts.sudden_stop", rule) }
    if let rule = alerts.slowDecline {
      number("alerts.slow_decline.points_min", rule.pointsMin, 1...100)
      let most = PolicyLimits.declineWeeksMax
      that(
        "alerts.slow_decline.weeks", (4...most).contains(rule.weeks), "is \(rule.weeks)",
        "4…\(most)")
    }
    if let rule = alerts.bandChange { days("alerts.band_change.settled", rule.settled, 2...90) }
    if let rule = alerts.quadrantChange {
      days("alerts.quadrant_change.settled", rule.settled, 2...90)
    }
    if let rule = alerts.renewal {
      number("alerts.renewal_at_risk.points_min", rule.pointsMin, 1...100)
    }
    if let rule = alerts.payment {
      types("alerts.payment_failed_while_healthy.types", rule.types)
      days("alerts.payment_failed_while_healthy.window", rule.window, 1...28)
    }
  }

  private mutating func at(_ path: String, _ rule: SuddenStopRule) {
    that("\(path).days_min", (1...14).contains(rule.daysMin), "is \(rule.daysMin)", "1…14")
    that("\(path).weeks_min", (4...8).contains(rule.weeksMin), "is \(rule.weeksMin)", "4…8")
    number("\(path).run_length", rule.runLength, 1...14)
    number("\(path).share", rule.share, 0.001...1_000)
  }

  private mutating func days(_ path: String, _ span: TimeSpan, _ range: ClosedRange<Int64>) {
    let day = TimeSpan.days(1).milliseconds
    that(
      path, span.milliseconds % day == 0 && range.contains(span.milliseconds / day), "is \(span)",
      "a whole number of days, \(range.lowerBound)d…\(range.upperBound)d")
  }
}
