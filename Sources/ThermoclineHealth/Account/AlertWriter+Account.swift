package import ThermoclineCore

extension AlertWriter {
  /// The alert a change about an account as a whole is published as.
  package func alert(
    _ change: AccountChange, account: String, profile: AccountProfile, firstEvent: EventTime
  ) -> HealthAlert {
    let row = change.row
    var alert = alert(
      change.step, rule: change.rule.name, account: account, profile: profile,
      firstEvent: firstEvent)
    switch change.rule {
    case .suddenStop:
      alert.value = 0
      alert.confidence = change.confidence
      if row.silentDays > 0 { alert.window = .days(Int64(row.silentDays)) }
    case .slowDecline: points(row, before: row.declineBefore, &alert)
    case .renewal: points(row, before: row.monthBefore, &alert)
    case .bandChange, .quadrantChange: points(row, before: noPoints, &alert)
    case .payment:
      alert.value = Double(row.failures)
      alert.window = policy.alerts.payment?.window
    }
    // Only a stop is a fall by all there was; what has no expectation is none.
    var weighed = alert
    if change.rule != .suddenStop, weighed.drop == nil { weighed.drop = 0 }
    alert.severity = severity(of: weighed, profile)
    alert.summary = summary(change, alert, profile)
    return alert
  }

  private func points(_ row: AccountDay.Row, before: Int32, _ alert: inout HealthAlert) {
    guard row.points != noPoints else { return }
    alert.value = Double(row.points) / 10_000
    guard before > 0 else { return }
    alert.expected = Double(before) / 10_000
    alert.drop = min(max(1 - Double(row.points) / Double(before), 0), 1)
  }

  private func summary(
    _ change: AccountChange, _ alert: HealthAlert, _ profile: AccountProfile
  ) -> String {
    let isOver = alert.state == .resolved || alert.state == .recovering
    let row = change.row
    switch change.rule {
    case .suddenStop:
      if isOver { return "There are events again" }
      return "No event for \(row.silentDays) days; on such weekdays there nearly always were some"
    case .slowDecline:
      if isOver { return "The score has stopped going down: \(score(row.points))" }
      let weeks = policy.alerts.slowDecline?.weeks ?? 0
      return "The score went from \(score(row.declineBefore)) to \(score(row.points)) in "
        + "\(weeks) weeks, a little in most of them"
    case .bandChange:
      if isOver { return "In \(band(row.band.now)) again, or used to it" }
      return "In \(band(row.band.now)) after \(band(row.band.usual)) was usual, at "
        + "\(score(row.points)) points"
    case .quadrantChange:
      if isOver { return "In \(quadrant(row.quadrant.now)) again, or used to it" }
      return "In \(quadrant(row.quadrant.now)) after \(quadrant(row.quadrant.usual)) was usual"
    case .renewal:
      if isOver { return "The score is no longer falling ahead of the renewal" }
      let days = profile.contractEnd.map { Int(($0 - alert.at).days.rounded(.up)) } ?? 0
      return "The contract ends in \(days) days and the score went from "
        + "\(score(row.monthBefore)) or more to \(score(row.points)) in about four weeks"
    case .payment:
      if isOver { return "No failed payment any more, or no longer in the highest band" }
      let payments = row.failures == 1 ? "payment" : "payments"
      return "\(row.failures) failed \(payments) in \(alert.window ?? .zero) while the score of "
        + "\(score(row.points)) says that all is well"
    }
  }

  private func score(_ points: Int32) -> String {
    points == noPoints ? "none" : "\(Double(points / 1_000) / 10)"
  }

  private func band(_ place: UInt8) -> String {
    Int(place) < policy.bands.count ? policy.bands[Int(place)].name : "none"
  }

  private func quadrant(_ place: UInt8) -> String {
    Int(place) < Quadrant.allCases.count ? Quadrant.allCases[Int(place)].rawValue : "none"
  }
}
