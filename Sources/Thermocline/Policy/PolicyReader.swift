internal import ThermoclineCore
internal import ThermoclineHealth
internal import ThermoclineWindows

/// Reads the parts of a policy. Keys that are not there leave the compiled default.
enum PolicyReader {
  static func policy(_ node: YAMLNode) throws(YAMLFinding) -> Policy {
    let map = try node.map([
      "name", "version", "dimensions", "bands", "band_hysteresis", "axes", "coverage_min",
      "trend_scores", "stages", "measures", "alerts",
    ])
    var policy = Policy(
      name: try map.required("name").string(), version: try map.required("version").whole(),
      dimensions: [], measures: [], bands: [])
    for item in try map.required("dimensions").list() {
      let dimension = try item.map(["name", "weight"])
      policy.dimensions.append(
        Dimension(
          try dimension.required("name").string(),
          weight: try dimension.required("weight").number()))
    }
    for item in try map.required("bands").list() {
      let band = try item.map(["name", "from"])
      policy.bands.append(
        Band(try band.required("name").string(), from: try band.required("from").number()))
    }
    for item in try map.required("measures").list() { policy.measures.append(try measure(item)) }
    if let node = map["band_hysteresis"] { policy.bandHysteresis = try node.number() }
    if let node = map["coverage_min"] { policy.coverageMin = try node.number() }
    if let node = map["trend_scores"] { policy.trendScores = try node.whole() }
    if let node = map["axes"] {
      let axes = try node.map(["threshold", "dead_band"])
      if let node = axes["threshold"] { policy.axes.threshold = try node.number() }
      if let node = axes["dead_band"] { policy.axes.deadBand = try node.number() }
    }
    if let node = map["stages"] {
      let stages = try node.map(["onboarding", "renewal"])
      if let node = stages["onboarding"] { policy.stages.onboarding = try node.span() }
      if let node = stages["renewal"] { policy.stages.renewal = try node.span() }
    }
    if let node = map["alerts"] { policy.alerts = try alerts(node) }
    return policy
  }

  private static func measure(_ node: YAMLNode) throws(YAMLFinding) -> Measure {
    let map = try node.map([
      "name", "kind", "types", "features", "share_of", "share_of_features", "ratio", "window",
      "slide", "half_life", "direction", "target",
      "baseline", "weeks", "weeks_min", "weight", "dimension", "axis",
    ])
    var measure = Measure(
      try map.required("name").string(), try kind(map), normalisation: try normalisation(map),
      weight: 0)
    if let node = map["weight"] { measure.weight = try node.number() }
    measure.filter = try filter(map)
    if let node = map["half_life"] { measure.halfLife = try node.span() }
    if let node = map["window"] { measure.window = try node.span() }
    if let node = map["slide"] { measure.slide = try node.span() }
    if let node = map["direction"] { measure.direction = try node.word(Direction.self) }
    if let node = map["dimension"] { measure.dimension = try node.string() }
    if let node = map["axis"] { measure.axis = try node.word(Axis.self) }
    return measure
  }

  private static func filter(_ map: YAMLMap) throws(YAMLFinding) -> EventFilter {
    let types = try map["types"]?.strings()
    guard let features = try map["features"]?.strings() else {
      return types.map { .types($0) } ?? .any
    }
    if let node = map["types"], types == [] {
      throw node.refuse("has 0 entries", "types, or no such key")
    }
    return .features(features, types: types ?? [])
  }

  private static func kind(_ map: YAMLMap) throws(YAMLFinding) -> MeasureKind {
    let node = try map.required("kind")
    let word = try node.string()
    let plain: [MeasureKind] = [
      .count, .sum, .mean, .last, .activeDays, .distinctUsers, .distinctFeatures, .recency, .seats,
      .stickiness,
    ]
    let owners = [("share_of", "share"), ("share_of_features", "share"), ("ratio", "ratio")]
    for (key, owner) in owners where word != owner {
      if let extra = map[key] { throw extra.refuse("does not go with '\(word)'", "kind: \(owner)") }
    }
    if let kind = plain.first(where: { $0.word == word }) { return kind }
    switch word {
    case "share":
      guard let features = map["share_of_features"] else {
        return .share(of: try map.required("share_of").strings())
      }
      if let types = map["share_of"] {
        throw types.refuse("does not go with share_of_features", "one of the two")
      }
      return .featureShare(of: try features.strings())
    case "ratio":
      let ratio = try map.required("ratio")
      let names = try ratio.strings()
      guard names.count == 2 else { throw ratio.refuse("has \(names.count) names", "two measures") }
      return .ratio(of: names[0], to: names[1])
    default:
      let words = plain.map(\.word) + ["ratio", "share"]
      throw node.refuse("is '\(word)'", words.joined(separator: ", "))
    }
  }

  private static func normalisation(_ map: YAMLMap) throws(YAMLFinding) -> Normalisation {
    switch (map["target"], map["baseline"]) {
    case (let target?, nil):
      for key in ["weeks", "weeks_min"] {
        if let extra = map[key] { throw extra.refuse("does not go with a target", "a baseline") }
      }
      return .target(try points(target))
    case (nil, let baseline?):
      return .baseline(
        try points(baseline), weeks: try map["weeks"]?.whole() ?? 8,
        weeksMin: try map["weeks_min"]?.whole() ?? 4)
    default:
      throw map.node.refuse("has not one of target and baseline", "exactly one of them")
    }
  }

  private static func points(_ node: YAMLNode) throws(YAMLFinding) -> ControlPoints {
    var points: [(Double, Double)] = []
    for item in try node.list() {
      let pair = try item.list()
      guard pair.count == 2 else {
        throw item.refuse("has \(pair.count) numbers", "[value, points]")
      }
      points.append((try pair[0].number(), try pair[1].number()))
    }
    return ControlPoints(points)
  }
}
