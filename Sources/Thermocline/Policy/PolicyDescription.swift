internal import ThermoclineCore
package import ThermoclineHealth
internal import ThermoclineWindows

/// A policy in plain words, a paragraph for each of its parts. The policy is a valid one.
package func policyDescription(_ policy: Policy) -> String {
  var lines = ["Policy \(policy.identifier)"]
  let total = policy.dimensions.reduce(0) { $0 + $1.weight }
  let parts = Array(zip(policy.measures, policy.shares().map(\.share)))
  for dimension in policy.dimensions {
    let share = total > 0 ? dimension.weight / total : 0
    lines.append("\(percentText(share)) of the score is \(dimension.name):")
    for (measure, share) in parts where measure.dimension == dimension.name && share > 0 {
      lines.append("  \(percentText(share)) \(measure.name): \(sentence(measure))")
    }
  }
  let others = parts.filter { $0.1 == 0 }
  if !others.isEmpty { lines.append("Without a say in the score:") }
  for (measure, _) in others { lines.append("  \(measure.name): \(sentence(measure))") }
  for axis in Axis.allCases {
    let parts = policy.shares(of: axis).filter { $0.share > 0 }
      .map { "\(percentText($0.share)) \($0.name)" }
    lines.append("\(axis.rawValue): " + (parts.isEmpty ? "nothing" : parts.joined(separator: ", ")))
  }
  lines.append(
    "An axis is high from \(number(policy.axes.threshold)) points on; within "
      + "\(number(policy.axes.deadBand)) points of that the side before is kept.")
  let bands = policy.bands.map { "\($0.name) from \(number($0.from))" }.joined(separator: ", ")
  lines.append("Bands: \(bands); a cut must be passed by \(number(policy.bandHysteresis)) points.")
  lines.append(
    "Measures without data are left out and their weight goes to the others where nothing else is said of them; "
      + "below \(percentText(policy.coverageMin)) of the weight there is no score.")
  lines.append(
    "A score does not rise while an account does nothing. Its trend is the slope of the last "
      + "\(policy.trendScores) daily scores; it is also compared with the one 7 days before.")
  lines.append(
    "Where the profile names no stage: onboarding for \(policy.stages.onboarding) from the contract's start "
      + "or the first event on, renewal from \(policy.stages.renewal) before the contract's end on, ended "
      + "after it, active otherwise.")
  lines.append("A parent's score is \(sentence(policy.parents)).")
  let alerts = policy.alerts
  lines.append(
    "Alerts: at most \(number(alerts.budget)) false ones in 1,000 account-weeks, or "
      + "\(percentText(alerts.falseShare)) of a week's when many accounts fall at once. One fires after "
      + "\(days(alerts.fireTicks)) with evidence, ends after \(days(alerts.clearTicks)) without, and is not "
      + "repeated by its rule for \(alerts.coolDown).")
  for rule in alerts.drops {
    let spans = rule.spans.map { "\($0.weeks) w by \(percentText($0.effectMin))" }
      .joined(separator: " or ")
    lines.append(
      "  drop:\(rule.measure): a fall over \(spans) against the account's own "
        + "\(rule.weeks) weeks before, \(rule.weeksMin) at least, from \(number(rule.volumeMin)) expected "
        + "events on; a fall of less than \(percentText(rule.clearLevel)) is recovery")
  }
  if let outage = alerts.outage {
    lines.append(
      "  tracking_outage: most accounts at once at \(percentText(outage.level)) of the usual day or below; "
        + "their alerts are held")
  }
  if let silence = alerts.silence {
    lines.append(
      "  silence: no event for \(silence.daysMin) days or more, and far longer than usual")
  }
  if let rule = alerts.keyContact {
    lines.append(
      "  key_contact_silent, key_contact_changed: a key contact of the profile, or a user with "
        + "\(percentText(rule.shareMin)) of the events, away for \(rule.daysMin) days or more and far "
        + "longer than usual while the account goes on")
  }
  if let rule = alerts.singleUser {
    lines.append(
      "  single_user_dependence: one user with \(percentText(rule.shareMin)) of the events in each of "
        + "\(rule.weeks) weeks")
  }
  if let rule = alerts.feature {
    lines.append(
      "  feature_abandoned: a feature with \(percentText(rule.shareMin)) of the events, not used for "
        + "\(rule.daysMin) days or more and far longer than usual while the account goes on")
  }
  lines += accountSentences(alerts)
  if let rule = policy.usage {
    lines.append(
      "Usage of each account, once a day where it changed: users, retention, the "
        + "\(rule.topFeatures) features used most and how often "
        + "\(rule.outcomes.joined(separator: ", ")) follows within \(rule.outcomeDays) d"
        + (rule.funnel.isEmpty ? "" : ", the funnel \(rule.funnel.joined(separator: " → "))")
        + (rule.costs.isEmpty ? "." : ", cost to serve."))
  }
  if !policy.overrides.isEmpty { lines.append("Otherwise, later lines going before earlier ones:") }
  for override in policy.overrides { lines.append("  " + sentence(override)) }
  let plan = PolicyPlan(policy)
  lines += firstUseSentences(plan)
  let kept = plan.quantities.count
  return lines.joined(separator: "\n") + "\nKept for every account: \(kept) numbers.\n"
}

private func number(_ value: Double) -> String { PolicyFields.number(value) }

private func days(_ count: Int) -> String { count == 1 ? "a day" : "\(count) days in a row" }

private func sentence(_ rule: ParentRule) -> String {
  switch rule {
  case .revenueWeighted: "the mean of its children's, each weighing as its recurring revenue"
  case .worstOf: "the lowest of its children's"
  case .own: "its own"
  }
}

/// What a good thing that is seen for the first time would lower, a line for each measure.
private func firstUseSentences(_ plan: PolicyPlan) -> [String] {
  var found: [(name: String, points: Double)] = []
  for measure in plan.policies.flatMap(\.measures) {
    guard let points = measure.firstUsePoints, !found.contains(where: { $0.name == measure.name })
    else { continue }
    found.append((measure.name, points))
  }
  guard !found.isEmpty else { return [] }
  return [
    "Take care: what is good lowers a higher score when it occurs for the first time in 63 days:"
  ]
    + found.map { "  \($0.name): the first event gives \(number($0.points)) points, not 100" }
}

private func sentence(_ override: PolicyOverride) -> String {
  var parts = override.dimensions.map { "\($0.name) weighs \(number($0.weight))" }
  for change in override.measures {
    if let weight = change.weight {
      parts.append(
        weight == 0 ? "\(change.name) has no say" : "\(change.name) weighs \(number(weight))")
    }
    if let weight = change.axisWeight {
      parts.append("\(change.name) weighs \(number(weight)) in its axis")
    }
    if let points = change.points { parts.append("\(change.name) has \(curve(points))") }
  }
  parts += override.bands.map { "\($0.name) begins at \(number($0.from))" }
  if let value = override.bandHysteresis {
    parts.append("a cut must be passed by \(number(value)) points")
  }
  if let value = override.axisThreshold { parts.append("axes are high from \(number(value)) on") }
  if let value = override.axisDeadBand { parts.append("their dead band is \(number(value))") }
  if let value = override.coverageMin {
    parts.append("below \(percentText(value)) of the weight there is no score")
  }
  return "\(override.when): " + parts.joined(separator: "; ")
}

/// All points of a curve.
private func curve(_ points: ControlPoints) -> String {
  zip(points.x, points.y).enumerated()
    .map { "\(number($1.1))\($0 == 0 ? " points" : "") at \(number($1.0))" }
    .joined(separator: ", ")
}

private func sentence(_ measure: Measure) -> String {
  let (types, features) = (measure.filter.types, measure.filter.features)
  var events = types.isEmpty ? "all events" : types.joined(separator: ", ")
  if !features.isEmpty { events += " with the feature \(features.joined(separator: ", "))" }
  var over = " over \(measure.window)"
  if let halfLife = measure.halfLife { over += ", an event counting half after \(halfLife)" }
  let what =
    switch measure.kind {
    case .count: "number of \(events)" + over
    case .sum: "sum of the values of \(events)" + over
    case .mean: "mean value of \(events)" + over
    case .last: "value of the newest of \(events), for \(measure.window)"
    case .activeDays: "days with \(events)" + over
    case .distinctUsers: "different users of \(events)" + over
    case .distinctFeatures: "different features of \(events)" + over
    case .recency: "days since the last event"
    case .seats: "licensed users"
    case .stickiness: "share of its users active on a day" + over
    case .ratio(let a, let b): "\(a) ÷ \(b)"
    case .featureShare(let features):
      "share of the feature \(features.joined(separator: ", ")) in \(events)" + over
    case .share(let types): "share of \(types.joined(separator: ", ")) in \(events)" + over
    }
  let way = measure.direction == .higherIsBetter ? "more is better" : "less is better"
  let judged =
    switch measure.normalisation {
    case .target(let points): "\(what), \(way): \(curve(points))"
    case .baseline(let points, let weeks, let weeksMin):
      "\(what), against its own median of \(weeks) windows before, \(weeksMin) at least, \(way): "
        + "\(curve(points)) times it"
    case .peers(let points, let least):
      "\(what), its percentile among the accounts of its industry, tier and stage, or of wider groups "
        + "where these are fewer than \(least), \(way): \(curve(points))"
    }
  return judged + sentence(measure.missing)
}

private func sentence(_ rule: MissingRule) -> String {
  switch rule {
  case .absent: ""
  case .zero: "; without data as 0"
  case .one: "; as one where events name no user, as 0 without an event"
  case .worst: "; without data as the worst"
  }
}
