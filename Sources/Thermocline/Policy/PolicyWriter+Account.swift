internal import ThermoclineCore
internal import ThermoclineHealth

extension PolicyFile {
  /// The rules about accounts as a whole.
  static func accountLines(_ alerts: AlertPolicy) -> [String] {
    var lines: [String] = []
    if let rule = alerts.suddenStop {
      lines += [
        "  sudden_stop:", "    days_min: \(rule.daysMin)", "    weeks_min: \(rule.weeksMin)",
        "    run_length: \(rule.runLength)", "    share: \(rule.share)",
      ]
    }
    if let rule = alerts.slowDecline {
      lines += [
        "  slow_decline:", "    points_min: \(rule.pointsMin)", "    weeks: \(rule.weeks)",
      ]
    }
    if let rule = alerts.bandChange {
      lines += ["  band_change:", "    settled: \(rule.settled)"]
    }
    if let rule = alerts.quadrantChange {
      lines += ["  quadrant_change:", "    settled: \(rule.settled)"]
    }
    if let rule = alerts.renewal {
      lines += ["  renewal_at_risk:", "    points_min: \(rule.pointsMin)"]
    }
    if let rule = alerts.payment {
      lines += [
        "  payment_failed_while_healthy:", "    types: \(quoted(rule.types))",
        "    window: \(rule.window)",
      ]
    }
    return lines
  }
}
