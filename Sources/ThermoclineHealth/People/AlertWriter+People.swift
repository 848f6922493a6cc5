package import ThermoclineCore

extension AlertWriter {
  /// The alert a change about people is published as.
  package func alert(
    _ change: PeopleChange, account: String, profile: AccountProfile, firstEvent: EventTime
  ) -> HealthAlert {
    var alert = alert(
      change.step, rule: change.rule.name, account: account, profile: profile,
      firstEvent: firstEvent)
    let isFeature = change.rule == .featureAbandoned
    let gone = isFeature ? change.evidence?.feature : change.evidence?.contact
    if let contact = gone, change.rule != .singleUser {
      if !isFeature { alert.user = contact.name }
      alert.value = 0
      alert.expected = contact.expected
      alert.drop = 1
      alert.confidence = contact.confidence
      alert.window = .days(Int64(contact.silentDays))
    }
    if let leader = change.evidence?.leader, change.rule == .singleUser {
      alert.user = leader.name
      alert.value = leader.share
      alert.window = .days(Int64(7 * leader.weeks))
    }
    // A risk that stands, and no fall.
    alert.severity = change.rule == .singleUser ? .info : severity(of: alert, profile)
    alert.summary = summary(change)
    return alert
  }

  private func summary(_ change: PeopleChange) -> String {
    switch (change.rule, change.evidence) {
    case (.singleUser, let evidence?):
      guard let leader = evidence.leader else { return "" }
      return "\(percent(leader.share)) of the events of the last \(leader.weeks) weeks are "
        + "\(leader.name)'s alone"
    case (.featureAbandoned, let evidence?):
      guard let feature = evidence.feature else { return "" }
      return
        "\(feature.name), \(percent(feature.share)) of the events before, has not been used for "
        + "\(feature.silentDays) days; it was on \(feature.activeDays) of \(feature.knownDays) active days "
        + "before; the account goes on"
    case (.featureAbandoned, nil): return "The feature is used again, or another took its place"
    case (_, let evidence?):
      guard let contact = evidence.contact else { return "" }
      let who = contact.isNamed ? "key contact \(contact.name)" : "\(contact.name)"
      let gone =
        "\(who), \(percent(contact.share)) of the events before, has been away for "
        + "\(contact.silentDays) days; was there on \(contact.activeDays) of \(contact.knownDays) "
        + "active days before; the account goes on"
      return contact.successor.map { gone + ", \($0) took over" } ?? gone
    // Nothing was found today, and the alert stands: only what a person says of it is new.
    case (_, nil) where change.step.state == .firing: return "As before"
    case (.singleUser, nil): return "The use rests on more than one user again"
    case (.contactSilent, nil):
      return "A key contact is there again, or another has taken over"
    case (.contactChanged, nil):
      return "The account's key contacts are the ones it had for weeks"
    }
  }

  private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
