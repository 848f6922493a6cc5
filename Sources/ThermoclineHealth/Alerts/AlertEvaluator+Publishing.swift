internal import ThermoclineCore
internal import ThermoclineWindows

extension AlertEvaluator {
  /// Takes the life cycle on by a tick and adds what there is to publish.
  func step(
    _ lifeCycle: inout AlertLifeCycle, _ rule: String, _ finding: RuleFinding,
    _ subject: AlertSubject, _ alerts: inout [HealthAlert]
  ) {
    let alertPolicy = plan.policy.alerts
    let began = lifeCycle.since
    let action = lifeCycle.step(
      finding.finding, at: subject.reading.at, fireTicks: alertPolicy.fireTicks,
      clearTicks: alertPolicy.clearTicks, coolDown: alertPolicy.coolDown)
    guard let state = action.state else { return }
    let ends = state == .resolved
    var alert = HealthAlert(
      fingerprint: alertFingerprint(rule: rule, account: subject.account),
      account: subject.account, rule: rule, state: state, at: subject.reading.at)
    alert.startsAt = ends ? began : lifeCycle.since
    alert.endsAt = ends ? subject.reading.at : nil
    alert.policy = policyName
    alert.value = finding.value
    alert.expected = finding.expected
    alert.confidence = finding.confidence
    alert.window = finding.window
    if let value = finding.value, let expected = finding.expected, expected > 0 {
      alert.drop = min(max(1 - value / expected, 0), 1)
    }
    alert.tier = subject.profile.tier
    alert.revenue = subject.profile.revenue
    alert.stage =
      subject.score?.stage
      ?? plan.policy.stages.stage(
        of: subject.profile, firstEvent: subject.reading.firstEvent, at: subject.reading.at)
    alert.severity = severity(of: alert, subject)
    alert.summary = summary(of: alert, action, finding)
    alerts.append(alert)
  }

  /// `warning`, one step up for each of: a fall by 60 % or silence, an important tier, a large
  /// revenue, a near renewal; `critical` at most. A resolved alert is `info`.
  private func severity(of alert: HealthAlert, _ subject: AlertSubject) -> Severity {
    guard alert.state != .resolved else { return .info }
    let policy = plan.policy.alerts
    var steps = 0
    if (alert.drop ?? 1) >= 0.6 { steps += 1 }
    if policy.importantTiers.contains(alert.tier) { steps += 1 }
    if alert.revenue >= policy.revenueLarge { steps += 1 }
    if let end = subject.profile.contractEnd, end > alert.at,
      end - alert.at <= policy.renewalNear
    {
      steps += 1
    }
    return steps >= 2 ? .critical : steps == 1 ? .error : .warning
  }

  private func summary(
    of alert: HealthAlert, _ action: AlertLifeCycle.Action, _ finding: RuleFinding
  ) -> String {
    if alert.rule == "silence" { return silenceSummary(action, finding) }
    let measure = alert.rule.dropFirst("drop:".count)
    guard let value = finding.value, let expected = finding.expected, let window = finding.window
    else { return "\(measure): not enough data to say more" }
    let numbers =
      "\(measure): \(ScoreSummary.short(value)) in \(window) where \(ScoreSummary.short(expected)) "
      + "were expected of the same weekdays before"
    switch action {
    case .recover: return numbers + "; recovering"
    case .relapse: return numbers + "; fallen again"
    case .resolve, .withdraw: return numbers + "; no longer a fall"
    case .nothing, .wait, .fire:
      return numbers + ", a fall by \(Int(((alert.drop ?? 0) * 100).rounded())) %"
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
