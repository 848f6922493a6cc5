internal import ThermoclineCore
package import ThermoclineHealth
internal import ThermoclineWindows

extension PolicyFile {
  /// The policy as a file that `read` reads back to an equal one. Every key is written.
  package static func write(_ policy: Policy) -> String {
    var lines = [
      "name: \(quoted(policy.name))", "version: \(policy.version)", "dimensions:",
    ]
    for dimension in policy.dimensions {
      lines.append("  - {name: \(quoted(dimension.name)), weight: \(dimension.weight)}")
    }
    lines.append("bands:")
    for band in policy.bands {
      lines.append("  - {name: \(quoted(band.name)), from: \(band.from)}")
    }
    lines += [
      "band_hysteresis: \(policy.bandHysteresis)",
      "axes: {threshold: \(policy.axes.threshold), dead_band: \(policy.axes.deadBand)}",
      "coverage_min: \(policy.coverageMin)", "trend_scores: \(policy.trendScores)",
      "stages: {onboarding: \(policy.stages.onboarding), renewal: \(policy.stages.renewal)}",
      "parents: \(policy.parents.rawValue)",
      "measures:",
    ]
    for measure in policy.measures { lines += self.lines(measure) }
    lines += alertLines(policy.alerts)
    if let rule = policy.usage { lines += self.lines(rule) }
    if !policy.overrides.isEmpty { lines.append("overrides:") }
    for override in policy.overrides { lines += self.lines(override, of: policy) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(_ rule: UsageRule) -> [String] {
    var lines = [
      "usage:", "  top_features: \(rule.topFeatures)", "  outcomes: \(quoted(rule.outcomes))",
      "  outcome_days: \(rule.outcomeDays)", "  funnel: \(quoted(rule.funnel))",
      "  costs:\(rule.costs.isEmpty ? " []" : "")",
    ]
    for cost in rule.costs {
      lines.append("    - {type: \(quoted(cost.type)), cost: \(cost.cost)}")
    }
    return lines
  }

  private static func lines(_ override: PolicyOverride, of policy: Policy) -> [String] {
    func map(_ pairs: [(String, String)]) -> String {
      "{" + pairs.map { "\($0.0): \($0.1)" }.joined(separator: ", ") + "}"
    }
    let when = override.when
    var lines = [
      "  - when: "
        + map(
          [("tier", when.tiers), ("industry", when.industries), ("stage", when.stages)]
            .filter { !$0.1.isEmpty }.map { ($0.0, quoted($0.1)) })
    ]
    if !override.dimensions.isEmpty {
      let weights = override.dimensions.map { (quoted($0.name), "\($0.weight)") }
      lines.append("    dimensions: " + map(weights))
    }
    if !override.bands.isEmpty {
      lines.append("    bands: " + map(override.bands.map { (quoted($0.name), "\($0.from)") }))
    }
    if !override.measures.isEmpty { lines.append("    measures:") }
    for change in override.measures {
      var parts: [(String, String)] = []
      if let weight = change.weight { parts.append(("weight", "\(weight)")) }
      if let weight = change.axisWeight { parts.append(("axis_weight", "\(weight)")) }
      if let points = change.points,
        let measure = policy.measures.first(where: { $0.name == change.name })
      {
        parts.append((measure.normalisation.word, pairs(points)))
      }
      lines.append("      \(quoted(change.name)): \(map(parts))")
    }
    if let value = override.bandHysteresis { lines.append("    band_hysteresis: \(value)") }
    let axes = [("threshold", override.axisThreshold), ("dead_band", override.axisDeadBand)]
      .compactMap { key, value in value.map { (key, "\($0)") } }
    if !axes.isEmpty { lines.append("    axes: " + map(axes)) }
    if let value = override.coverageMin { lines.append("    coverage_min: \(value)") }
    return lines
  }

  private static func pairs(_ points: ControlPoints) -> String {
    "[" + zip(points.x, points.y).map { "[\($0), \($1)]" }.joined(separator: ", ") + "]"
  }

  private static func lines(_ measure: Measure) -> [String] {
    var lines = ["  - name: \(quoted(measure.name))", "    kind: \(measure.kind.word)"]
    if let label = measure.label { lines.append("    label: \(quoted(label))") }
    let (types, features) = (measure.filter.types, measure.filter.features)
    if !features.isEmpty { lines.append("    features: \(quoted(features))") }
    if !types.isEmpty { lines.append("    types: \(quoted(types))") }
    if case .share(let types) = measure.kind { lines.append("    share_of: \(quoted(types))") }
    if case .featureShare(let features) = measure.kind {
      lines.append("    share_of_features: \(quoted(features))")
    }
    if case .ratio(let a, let b) = measure.kind { lines.append("    ratio: \(quoted([a, b]))") }
    lines += [
      "    window: \(measure.window)", "    slide: \(measure.slide)",
      "    direction: \(measure.direction.rawValue)",
    ]
    if let halfLife = measure.halfLife { lines.append("    half_life: \(halfLife)") }
    lines.append("    \(measure.normalisation.word): \(pairs(measure.normalisation.points))")
    if case .baseline(_, let weeks, let weeksMin) = measure.normalisation {
      lines += ["    weeks: \(weeks)", "    weeks_min: \(weeksMin)"]
    }
    if case .peers(_, let least) = measure.normalisation {
      lines.append("    peers_min: \(least)")
    }
    if measure.missing != .absent { lines.append("    missing: \(measure.missing.rawValue)") }
    lines.append("    weight: \(measure.weight)")
    if let dimension = measure.dimension { lines.append("    dimension: \(quoted(dimension))") }
    if let axis = measure.axis { lines.append("    axis: \(axis.rawValue)") }
    if let weight = measure.axisWeight { lines.append("    axis_weight: \(weight)") }
    return lines
  }

  /// The alerts' part of a file, one key a line but for the spans of a rule.
  static func alertLines(_ alerts: AlertPolicy) -> [String] {
    var lines = [
      "alerts:", "  budget: \(alerts.budget)", "  false_share: \(alerts.falseShare)",
      "  fire_ticks: \(alerts.fireTicks)",
      "  clear_ticks: \(alerts.clearTicks)", "  cool_down: \(alerts.coolDown)",
      "  renewal_near: \(alerts.renewalNear)", "  revenue_large: \(alerts.revenueLarge)",
      "  important_tiers: \(quoted(alerts.importantTiers))",
      "  drops:\(alerts.drops.isEmpty ? " []" : "")",
    ]
    for rule in alerts.drops {
      let spans = rule.spans.map { "{weeks: \($0.weeks), effect_min: \($0.effectMin)}" }
      lines += [
        "    - measure: \(quoted(rule.measure))", "      weeks: \(rule.weeks)",
        "      weeks_min: \(rule.weeksMin)", "      spans: [\(spans.joined(separator: ", "))]",
        "      volume_min: \(rule.volumeMin)", "      clear_level: \(rule.clearLevel)",
        "      prior_dispersion: \(rule.priorDispersion)",
        "      prior_degrees: \(rule.priorDegrees)", "      share: \(rule.share)",
      ]
      if let cause = rule.cause {
        lines.append("      cause: {sessions: \(quoted(cause.sessions))}")
      }
    }
    if let outage = alerts.outage { lines.append("  outage: {level: \(outage.level)}") }
    if let silence = alerts.silence {
      lines += [
        "  silence:", "    days_min: \(silence.daysMin)",
        "    active_days_min: \(silence.activeDaysMin)", "    run_length: \(silence.runLength)",
        "    share: \(silence.share)",
      ]
    }
    if let rule = alerts.keyContact {
      lines += [
        "  key_contact:", "    share_min: \(rule.shareMin)", "    days_min: \(rule.daysMin)",
        "    active_days_min: \(rule.activeDaysMin)", "    run_length: \(rule.runLength)",
        "    goes_on_min: \(rule.goesOnMin)", "    takeover: \(rule.takeover)",
        "    share: \(rule.share)",
      ]
    }
    if let rule = alerts.singleUser {
      lines += [
        "  single_user:", "    share_min: \(rule.shareMin)",
        "    clear_level: \(rule.clearLevel)", "    weeks: \(rule.weeks)",
        "    volume_min: \(rule.volumeMin)",
      ]
    }
    if let rule = alerts.feature {
      lines += [
        "  feature_abandoned:", "    share_min: \(rule.shareMin)", "    days_min: \(rule.daysMin)",
        "    active_days_min: \(rule.activeDaysMin)", "    run_length: \(rule.runLength)",
        "    goes_on_min: \(rule.goesOnMin)", "    takeover: \(rule.takeover)",
        "    share: \(rule.share)",
      ]
    }
    return lines + accountLines(alerts)
  }

  static func quoted(_ names: [String]) -> String {
    "[" + names.map(quoted).joined(separator: ", ") + "]"
  }

  /// A name as it is where YAML takes it for nothing else, in double quotes otherwise.
  private static func quoted(_ name: String) -> String {
    let isPlain =
      name.first?.isLetter == true && !["null", "true", "false", "yes", "no"].contains(name)
      && name.utf8.allSatisfy { byte in
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5F
      }
    if isPlain { return name }
    var text = "\""
    for scalar in name.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        text += "\\x" + (digits.count == 1 ? "0" : "") + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
