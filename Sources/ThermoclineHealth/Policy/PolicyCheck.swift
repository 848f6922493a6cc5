internal import ThermoclineCore
internal import ThermoclineWindows

/// Collects the problems of a policy.
struct PolicyCheck {
  var problems: [PolicyProblem] = []

  mutating func that(_ path: String, _ holds: Bool, _ problem: String, _ allowed: String) {
    if !holds { problems.append(PolicyProblem(path: path, problem: problem, allowed: allowed)) }
  }

  mutating func number(_ path: String, _ value: Double, _ range: ClosedRange<Double>) {
    that(path, range.contains(value), "is \(value)", "\(range.lowerBound)…\(range.upperBound)")
  }

  mutating func weight(_ path: String, _ value: Double) {
    that(path, (0...1e6).contains(value), "is \(value)", "a weight of 0…1000000")
  }

  mutating func count(_ path: String, _ value: Int, _ range: ClosedRange<Int>) {
    that(
      path, range.contains(value), "has \(value) entries",
      "\(range.lowerBound)…\(range.upperBound) entries")
  }

  mutating func name(_ path: String, _ value: String) {
    let most = PolicyLimits.nameBytesMax
    that(
      path, !value.isEmpty && value.utf8.count <= most, "'\(value)' has \(value.utf8.count) bytes",
      "1…\(most) bytes")
  }

  mutating func unique(_ path: String, _ names: [String]) {
    for (i, name) in names.enumerated() where names[..<i].contains(name) {
      that("\(path)[\(i)]", false, "'\(name)' is there twice", "every name once")
    }
  }

  mutating func types(_ path: String, _ types: [String]) {
    count(path, types.count, 1...PolicyLimits.typesMax)
    for (i, type) in types.enumerated() { name("\(path)[\(i)]", type) }
    unique(path, types)
  }

  mutating func points(_ path: String, _ points: ControlPoints, _ direction: Direction) {
    count(path, points.x.count, 2...PolicyLimits.controlPointsMax)
    that(path, points.x.count == points.y.count, "an x without a y", "pairs of numbers")
    for (i, y) in points.y.enumerated() { number("\(path)[\(i)]", y, 0...100) }
    for (i, pair) in zip(points.x, points.x.dropFirst()).enumerated() {
      that(
        "\(path)[\(i + 1)]", pair.0 < pair.1, "\(pair.1) does not follow \(pair.0)",
        "values in ascending order")
    }
    for (i, pair) in zip(points.y, points.y.dropFirst()).enumerated() {
      let rises = direction == .higherIsBetter
      that(
        "\(path)[\(i + 1)]", rises ? pair.0 <= pair.1 : pair.0 >= pair.1,
        "the sub-score goes from \(pair.0) to \(pair.1)",
        "one that never \(rises ? "falls where higher" : "rises where lower") is better")
    }
    for x in points.x where !x.isFinite {
      that(path, false, "\(x) is not finite", "finite numbers")
    }
  }

  mutating func at(_ path: String, _ measure: Measure, in policy: Policy) {
    name("\(path).name", measure.name)
    weight("\(path).weight", measure.weight)
    if let weight = measure.axisWeight { self.weight("\(path).axis_weight", weight) }
    if let label = measure.label {
      let most = PolicyLimits.labelBytesMax
      that(
        "\(path).label", !label.isEmpty && label.utf8.count <= most,
        "has \(label.utf8.count) bytes", "1…\(most) bytes")
    }
    if let dimension = measure.dimension {
      let known = policy.dimensions.map(\.name)
      that(
        "\(path).dimension", known.contains(dimension), "'\(dimension)' is not known",
        known.joined(separator: ", "))
    }
    filter(path, measure)
    halfLife(path, measure)
    window(path, measure)
    kind(path, measure, in: policy)
    missing(path, measure)
    points("\(path).\(measure.normalisation.word)", measure.normalisation.points, measure.direction)
    if case .baseline(_, let weeks, let weeksMin) = measure.normalisation {
      baseline(path, measure, weeks, weeksMin)
    }
    if case .peers(let points, let least) = measure.normalisation {
      let most = PolicyLimits.peersMinMax
      that("\(path).peers_min", (2...most).contains(least), "is \(least)", "2…\(most)")
      that(
        "\(path).peers", points.x.allSatisfy { $0 >= 0 && $0 <= 100 },
        "has a percentile outside 0…100", "percentiles of 0…100")
    }
  }

  private mutating func window(_ path: String, _ measure: Measure) {
    guard measure.kind.hasWindow else { return }
    let (window, slide, day) = (measure.window, measure.slide, TimeSpan.days(1))
    guard slide > .zero, slide <= day, day.milliseconds % slide.milliseconds == 0 else {
      return that("\(path).slide", false, "is \(slide)", "1d or a part of it that divides it")
    }
    that(
      "\(path).window", window > .zero && window.milliseconds % slide.milliseconds == 0,
      "\(window) is no multiple of the slide \(slide)", "a whole number of slides")
    that(
      "\(path).window", window <= PolicyLimits.history, "is \(window)",
      "at most \(PolicyLimits.history)")
    if measure.kind == .activeDays || measure.kind == .stickiness {
      that("\(path).slide", slide == day, "is \(slide)", "1d, for days are counted")
    }
  }

  private mutating func missing(_ path: String, _ measure: Measure) {
    switch measure.missing {
    case .absent, .worst: break
    case .zero:
      that(
        "\(path).missing", measure.direction == .higherIsBetter || measure.isGoodInSilence,
        "is zero where less of \(measure.kind.word) is better: no data would be the best there is",
        "absent, worst")
    case .one:
      that(
        "\(path).missing", measure.kind == .distinctUsers,
        "is one for \(measure.kind.word)", "absent, zero, worst; one for distinct_users")
    }
  }

  private mutating func kind(_ path: String, _ measure: Measure, in policy: Policy) {
    switch measure.kind {
    case .ratio(let over, let under):
      for name in [over, under] {
        let operand = policy.measures.first { $0.name == name }
        that(
          "\(path).ratio", operand != nil && operand?.kind.isRatio == false,
          "'\(name)' is not a measure to divide", "two other measures that are no ratios")
      }
    case .share(let types):
      share("\(path).share_of", of: types, in: measure.filter.types, "type")
    case .featureShare(let features):
      share("\(path).share_of_features", of: features, in: measure.filter.features, "feature")
    case .recency, .seats, .count, .sum, .mean, .last, .activeDays, .distinctUsers,
      .distinctFeatures, .stickiness:
      break
    }
  }

  private mutating func baseline(_ path: String, _ measure: Measure, _ weeks: Int, _ least: Int) {
    that(
      "\(path).kind", measure.kind.hasBaseline, "\(measure.kind.word) has no baseline",
      "count, sum, active_days")
    let most = PolicyLimits.baselineWeeksMax
    that("\(path).weeks", (1...most).contains(weeks), "is \(weeks)", "1…\(most)")
    that("\(path).weeks_min", least >= 1 && least <= weeks, "is \(least)", "1…weeks")
    let reach = measure.window + measure.baselineStep * Int64(min(max(weeks, 0), most))
    that(
      "\(path).weeks", reach <= PolicyLimits.history, "the oldest window begins \(reach) ago",
      "at most \(PolicyLimits.history)")
  }

  mutating func at(_ path: String, _ rule: DropRule, measure: Measure?) {
    that(
      "\(path).measure",
      measure?.kind == .count && measure?.window == .days(7) && measure?.halfLife == nil,
      "'\(rule.measure)' does not serve",
      "a measure of kind count with a window of 7d")
    let most = PolicyLimits.baselineWeeksMax
    that("\(path).weeks", (4...most).contains(rule.weeks), "is \(rule.weeks)", "4…\(most)")
    that(
      "\(path).weeks_min", (2...max(rule.weeks, 2)).contains(rule.weeksMin), "is \(rule.weeksMin)",
      "2…weeks")
    count("\(path).spans", rule.spans.count, 1...4)
    for (i, span) in rule.spans.enumerated() {
      that("\(path).spans[\(i)].weeks", (1...4).contains(span.weeks), "is \(span.weeks)", "1…4")
      number("\(path).spans[\(i)].effect_min", span.effectMin, 0.01...0.99)
      that(
        "\(path).clear_level", rule.clearLevel >= 0 && rule.clearLevel < span.effectMin,
        "is \(rule.clearLevel)", "0 or more and below every effect_min")
      if i > 0 {
        that(
          "\(path).spans[\(i)].weeks", span.weeks > rule.spans[i - 1].weeks, "is \(span.weeks)",
          "spans in ascending order")
      }
    }
    number("\(path).volume_min", rule.volumeMin, 1...1e9)
    number("\(path).prior_dispersion", rule.priorDispersion, 1...1_000)
    number("\(path).prior_degrees", rule.priorDegrees, 0.5...1_000)
    number("\(path).share", rule.share, 0.001...1_000)
    if let cause = rule.cause { types("\(path).cause.sessions", cause.sessions) }
  }

  mutating func at(_ path: String, _ rule: SilenceRule) {
    that("\(path).days_min", (2...56).contains(rule.daysMin), "is \(rule.daysMin)", "2…56")
    that(
      "\(path).active_days_min", (2...56).contains(rule.activeDaysMin), "is \(rule.activeDaysMin)",
      "2…56")
    number("\(path).run_length", rule.runLength, 1...14)
    number("\(path).share", rule.share, 0.001...1_000)
  }
}
