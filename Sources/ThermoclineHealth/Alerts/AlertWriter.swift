package import ThermoclineCore

/// Gives names to state changes.
package struct AlertWriter: Sendable {
  let policy: Policy
  let policyName: String
  private let rules: [String]

  package init(_ plan: PolicyPlan) {
    policy = plan.policy
    policyName = policy.identifier
    rules = plan.drops.map(\.name) + [SilenceRule.name]
  }

  /// The alert a change is published as.
  package func alert(
    _ change: AlertChange, account: String, profile: AccountProfile, firstEvent: EventTime
  ) -> HealthAlert {
    let (finding, rule) = (change.finding, rules[change.rule])
    var alert = alert(
      change.step, rule: rule, account: account, profile: profile, firstEvent: firstEvent)
    alert.value = finding.value
    alert.expected = finding.expected
    alert.confidence = finding.confidence
    alert.window = finding.window
    alert.cause = cause(finding)
    if let loss = finding.loss, loss.verdict == .contactLost { alert.user = loss.name }
    if let value = finding.value, let expected = finding.expected, expected > 0 {
      alert.drop = min(max(1 - value / expected, 0), 1)
    }
    alert.severity = severity(of: alert, profile)
    alert.summary = summary(of: alert, change.step.action, finding)
    return alert
  }

  /// nil where nothing is known of it.
  private func cause(_ finding: RuleFinding) -> AlertCause? {
    guard let verdict = finding.loss?.verdict ?? finding.cause?.verdict else { return nil }
    var cause = AlertCause(verdict: verdict.rawValue, parts: [])
    if let split = finding.cause {
      cause.parts = [
        AlertCause.Part(name: "audience", events: split.audience),
        AlertCause.Part(name: "sessions_per_user", events: split.sessionsPerUser),
        AlertCause.Part(name: "calls_per_session", events: split.callsPerSession),
      ]
    }
    return cause
  }

  /// What all alerts of accounts have in common.
  func alert(
    _ step: AlertStep, rule: String, account: String, profile: AccountProfile,
    firstEvent: EventTime
  ) -> HealthAlert {
    var alert = HealthAlert(
      fingerprint: alertFingerprint(rule: rule, account: account), account: account, rule: rule,
      state: step.state, at: step.at)
    alert.startsAt = step.startsAt
    alert.endsAt = step.state == .resolved ? step.at : nil
    alert.control = step.control
    alert.policy = policyName
    alert.tier = profile.tier
    alert.revenue = profile.revenue
    alert.stage = policy.stages.stage(of: profile, firstEvent: firstEvent, at: step.at)
    return alert
  }

  /// The alert an outage is published as: it has no account.
  package func alert(_ change: OutageChange) -> HealthAlert {
    let measure = change.rule < 0 ? nil : rules[change.rule].dropFirst("drop:".count)
    let rule = measure.map { "tracking_outage:" + $0 } ?? "tracking_outage"
    var alert = HealthAlert(
      fingerprint: alertFingerprint(rule: rule, account: ""), account: "", rule: rule,
      state: change.isOver ? .resolved : .firing, at: change.at)
    alert.startsAt = change.startsAt
    alert.endsAt = change.isOver ? change.at : nil
    alert.policy = policyName
    alert.value = change.value
    alert.expected = change.expected
    alert.window = .days(1)
    alert.severity = change.isOver ? .info : .critical
    if let expected = change.expected, expected > 0 {
      alert.drop = min(max(1 - change.value / expected, 0), 1)
    }
    let numbers =
      "\(measure ?? "all events"): \(short(change.value)) in a day where "
      + "\(short(change.expected ?? 0)) were usual on that weekday"
    alert.summary =
      change.isOver
      ? numbers + "; accounts are judged again"
      : numbers + ": most accounts at once, so tracking is down and no account is judged by it"
    return alert
  }

  /// `warning`, one step up for each of: a fall by 60 % or silence, an important tier, a large
  /// revenue, a near renewal; `critical` at most. A resolved alert is `info`.
  func severity(of alert: HealthAlert, _ profile: AccountProfile) -> Severity {
    guard alert.state != .resolved else { return .info }
    let policy = policy.alerts
    var steps = 0
    if (alert.drop ?? 1) >= 0.6 { steps += 1 }
    if policy.importantTiers.contains(alert.tier) { steps += 1 }
    if alert.revenue >= policy.revenueLarge { steps += 1 }
    if let end = profile.contractEnd, end > alert.at,
      end - alert.at <= policy.renewalNear
    {
      steps += 1
    }
    return steps >= 2 ? .critical : steps == 1 ? .error : .warning
  }

  private func summary(
    of alert: HealthAlert, _ action: AlertLifeCycle.Action, _ finding: RuleFinding
  ) -> String {
    if alert.rule == SilenceRule.name { return silenceSummary(action, finding) }
    let measure = alert.rule.dropFirst("drop:".count)
    guard let value = finding.value, let expected = finding.expected, let window = finding.window
    else { return "\(measure): not enough data to say more" }
    let numbers =
      "\(measure): \(short(value)) in \(window) where \(short(expected)) "
      + "were expected of the same weekdays before"
    switch action {
    case .recover: return numbers + "; recovering"
    case .relapse: return numbers + "; fallen again"
    case .resolve, .withdraw: return numbers + "; no longer a fall"
    case .nothing, .wait, .fire:
      var reason =
        (finding.loss?.verdict ?? finding.cause?.verdict).map { "; " + $0.sentence } ?? ""
      if let loss = finding.loss { reason += ": \(loss.name)" }
      return numbers + ", a fall by \(Int(((alert.drop ?? 0) * 100).rounded())) %" + reason
    }
  }

  private func silenceSummary(_ action: AlertLifeCycle.Action, _ finding: RuleFinding) -> String {
    switch action {
    case .recover, .resolve, .withdraw: return "There are events again"
    case .nothing, .wait, .fire, .relapse:
      guard let window = finding.window, finding.knownDays > 0 else { return "Silent again" }
      return
        "No event for \(window); before, \(finding.activeDays) of \(finding.knownDays) days had one"
    }
  }
}

private func short(_ value: Double) -> String {
  var text = TextBuffer(capacity: 32)
  text.append(short: value)
  return text.string
}

extension AlertLifeCycle.Action {
  /// The state a consumer sees; nil where nothing is published.
  var state: AlertState? {
    switch self {
    case .nothing: nil
    case .wait: .pending
    case .fire, .relapse: .firing
    case .recover: .recovering
    case .withdraw, .resolve: .resolved
    }
  }
}
