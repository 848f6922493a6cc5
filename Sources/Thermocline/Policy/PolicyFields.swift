internal import ThermoclineBacktest
internal import ThermoclineCore
internal import ThermoclineHealth
internal import ThermoclineWindows

/// A policy as a flat list of keys and values, each key once: what a comparison goes through.
enum PolicyFields {
  static func all(_ policy: Policy) -> [(key: String, value: String)] {
    var fields = [
      ("band_hysteresis", number(policy.bandHysteresis)),
      ("axes.threshold", number(policy.axes.threshold)),
      ("axes.dead_band", number(policy.axes.deadBand)),
      ("coverage_min", number(policy.coverageMin)), ("trend_scores", "\(policy.trendScores)"),
      ("stages.onboarding", "\(policy.stages.onboarding)"),
      ("stages.renewal", "\(policy.stages.renewal)"), ("parents", policy.parents.rawValue),
    ]
    fields += policy.dimensions.map { ("dimensions.\($0.name).weight", number($0.weight)) }
    fields += policy.bands.map { ("bands.\($0.name).from", number($0.from)) }
    for measure in policy.measures {
      fields += self.fields(measure).map { ("measures.\(measure.name).\($0)", $1) }
    }
    fields += self.fields(policy.alerts).map { ("alerts.\($0)", $1) }
    if let usage = policy.usage { fields += self.fields(usage).map { ("usage.\($0)", $1) } }
    for (i, override) in policy.overrides.enumerated() {
      fields += self.fields(override).map { ("overrides[\(i)].\($0)", $1) }
    }
    return fields.map { (key: $0.0, value: $0.1) }
  }

  private static func fields(_ measure: Measure) -> [(String, String)] {
    let (types, features) = (measure.filter.types, measure.filter.features)
    var fields = [("kind", kind(measure.kind)), ("weight", number(measure.weight))]
    if let label = measure.label { fields.append(("label", label)) }
    if !types.isEmpty { fields.append(("types", types.joined(separator: ", "))) }
    if !features.isEmpty { fields.append(("features", features.joined(separator: ", "))) }
    if measure.kind.hasWindow {
      fields += [("window", "\(measure.window)"), ("slide", "\(measure.slide)")]
    }
    if let halfLife = measure.halfLife { fields.append(("half_life", "\(halfLife)")) }
    fields += [
      ("direction", measure.direction.rawValue),
      (measure.normalisation.word, points(measure.normalisation.points)),
    ]
    if case .baseline(_, let weeks, let weeksMin) = measure.normalisation {
      fields += [("weeks", "\(weeks)"), ("weeks_min", "\(weeksMin)")]
    }
    if case .peers(_, let least) = measure.normalisation {
      fields.append(("peers_min", "\(least)"))
    }
    if measure.missing != .absent { fields.append(("missing", measure.missing.rawValue)) }
    if let dimension = measure.dimension { fields.append(("dimension", dimension)) }
    if let axis = measure.axis { fields.append(("axis", axis.rawValue)) }
    if let weight = measure.axisWeight { fields.append(("axis_weight", number(weight))) }
    return fields
  }

  private static func fields(_ alerts: AlertPolicy) -> [(String, String)] {
    // The writer's lines are one key each, but for the rules' lists, which are told apart by their measure.
    var rule = ""
    var fields: [(String, String)] = []
    for line in PolicyFile.alertLines(alerts) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let key = line[..<colon].filter { $0 != " " && $0 != "-" }
      let value = String(line[line.index(after: colon)...].drop { $0 == " " })
      let depth = line.prefix { $0 == " " }.count
      if depth <= 2 { rule = value.isEmpty ? key + "." : "" }
      if key == "measure" { rule = "drops.\(value)." }
      if !value.isEmpty, key != "measure" { fields.append((rule + key, value)) }
    }
    return fields
  }

  private static func fields(_ usage: UsageRule) -> [(String, String)] {
    [
      ("top_features", "\(usage.topFeatures)"),
      ("outcomes", usage.outcomes.joined(separator: ", ")),
      ("outcome_days", "\(usage.outcomeDays)"), ("funnel", usage.funnel.joined(separator: ", ")),
    ] + usage.costs.map { ("costs.\($0.type)", number($0.cost)) }
  }

  private static func fields(_ override: PolicyOverride) -> [(String, String)] {
    var fields = [("when", "\(override.when)")]
    fields += override.dimensions.map { ("dimensions.\($0.name)", number($0.weight)) }
    fields += override.bands.map { ("bands.\($0.name)", number($0.from)) }
    for change in override.measures {
      if let weight = change.weight {
        fields.append(("measures.\(change.name).weight", number(weight)))
      }
      if let weight = change.axisWeight {
        fields.append(("measures.\(change.name).axis_weight", number(weight)))
      }
      if let curve = change.points {
        fields.append(("measures.\(change.name).points", points(curve)))
      }
    }
    let numbers: [(String, Double?)] = [
      ("band_hysteresis", override.bandHysteresis), ("axes.threshold", override.axisThreshold),
      ("axes.dead_band", override.axisDeadBand), ("coverage_min", override.coverageMin),
    ]
    return fields + numbers.compactMap { key, value in value.map { (key, number($0)) } }
  }

  private static func kind(_ kind: MeasureKind) -> String {
    switch kind {
    case .share(let types): "share of \(types.joined(separator: ", "))"
    case .featureShare(let features): "share of the features \(features.joined(separator: ", "))"
    case .ratio(let a, let b): "ratio of \(a) to \(b)"
    default: kind.word
    }
  }

  private static func points(_ points: ControlPoints) -> String {
    zip(points.x, points.y).map { "[\(number($0)), \(number($1))]" }.joined(separator: " ")
  }

  static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}

extension Policy {
  /// Each measure's part of the score, 0…1, where all of them have data; with an axis, its part of that.
  func shares(of axis: Axis? = nil) -> [(name: String, share: Double)] {
    let shares = axis.map { axis in
      let weights = measures.map { $0.axis == axis ? $0.weightInAxis : 0 }
      let total = weights.reduce(0, +)
      return weights.map { total > 0 ? $0 / total : 0 }
    }
    return Array(zip(measures.map(\.name), shares ?? ScoreWeights(self).shares))
      .map { (name: $0, share: $1) }
  }
}

/// `12.5 %`
func percentText(_ share: Double) -> String {
  let tenths = Int((share * 1_000).rounded())
  return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
}
