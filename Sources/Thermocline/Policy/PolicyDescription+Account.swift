internal import ThermoclineCore
internal import ThermoclineHealth

/// The rules about accounts as a whole, a line for each.
func accountSentences(_ alerts: AlertPolicy) -> [String] {
  func number(_ value: Double) -> String { PolicyFields.number(value) }
  var lines: [String] = []
  if let rule = alerts.suddenStop {
    lines.append(
      "  sudden_stop: no event for \(rule.daysMin) days or more, on weekdays that nearly always had "
        + "some in \(rule.weeksMin) weeks or more before")
  }
  if let rule = alerts.slowDecline {
    lines.append(
      "  slow_decline: \(number(rule.pointsMin)) points lost in \(rule.weeks) weeks, in most of them a little"
    )
  }
  if let rule = alerts.bandChange {
    lines.append(
      "  band_change: a lower band than the one that was held for \(rule.settled) in a row")
  }
  if let rule = alerts.quadrantChange {
    lines.append(
      "  quadrant_change: a worse quadrant than the one that was held for \(rule.settled) in a row")
  }
  if let rule = alerts.renewal {
    lines.append(
      "  renewal_at_risk: the contract ends within \(alerts.renewalNear) and the score lost "
        + "\(number(rule.pointsMin)) points against the worst of the four weeks before")
  }
  if let rule = alerts.payment {
    lines.append(
      "  payment_failed_while_healthy: \(rule.types.joined(separator: ", ")) in the last \(rule.window) "
        + "while the score is in the highest band")
  }
  return lines
}
