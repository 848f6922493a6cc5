internal import ThermoclineCore
internal import ThermoclineHealth
internal import ThermoclineWindows

/// Reads the parts of a policy over those of the one it extends. Keys that are not there leave what that says, or
/// the compiled default.
enum PolicyReader {
  private static let keys = [
    "name", "version", "extends", "remove", "dimensions", "bands", "band_hysteresis", "axes",
    "coverage_min", "trend_scores", "stages", "measures", "alerts", "usage", "overrides",
    "parents",
  ]

  /// What the file extends; nil = nothing.
  static func extends(_ node: YAMLNode) throws(YAMLFinding) -> YAMLNode? {
    try node.map(keys)["extends"]
  }

  static func policy(
    _ node: YAMLNode, over base: Policy?, _ places: inout PolicyPlaces
  ) throws(YAMLFinding) -> Policy {
    let map = try node.map(keys)
    var policy =
      base ?? Policy(name: "", version: 1, dimensions: [], measures: [], bands: [])
    policy.name = try map.required("name").string()
    policy.version = try map.required("version").whole()
    if base == nil {
      for key in ["dimensions", "bands", "measures"] { _ = try map.required(key) }
    }
    if let node = map["remove"] { try remove(node, isExtending: base != nil, from: &policy) }
    if let node = map["dimensions"] {
      for (i, item) in try node.list().enumerated() {
        let dimension = try dimension(item)
        try places.dimensions.add(dimension.name, i, item)
        policy.dimensions.put(dimension) { $0.name == dimension.name }
      }
    }
    if let node = map["bands"] {
      policy.bands = []
      for item in try node.list() {
        let band = try item.map(["name", "from"])
        policy.bands.append(
          Band(try band.required("name").string(), from: try band.required("from").number()))
      }
    }
    if let node = map["measures"] {
      for (i, item) in try node.list().enumerated() {
        let measure = try measure(item, among: policy.measures)
        try places.measures.add(measure.name, i, item)
        policy.measures.put(measure) { $0.name == measure.name }
      }
    }
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
    if let node = map["parents"] { policy.parents = try node.word(ParentRule.self) }
    if let node = map["alerts"] { try alerts(node, into: &policy.alerts, &places) }
    if let node = map["usage"] {
      policy.usage = node.isNull ? nil : try usage(node, over: policy.usage)
    }
    places.overridesBefore = policy.overrides.count
    if let node = map["overrides"] {
      for item in try node.list() { policy.overrides.append(try override(item, of: policy)) }
    }
    return policy
  }

  /// Measures that go, and with them what is said of them elsewhere.
  private static func remove(
    _ node: YAMLNode, isExtending: Bool, from policy: inout Policy
  ) throws(YAMLFinding) {
    guard isExtending else { throw node.refuse("goes with extends only", "no such key") }
    for item in try node.list() {
      let name = try item.string()
      guard policy.measures.contains(where: { $0.name == name }) else {
        throw item.refuse(
          "'\(name)' is not there", policy.measures.map(\.name).joined(separator: ", "))
      }
      policy.measures.removeAll { $0.name == name }
      policy.alerts.drops.removeAll { $0.measure == name }
      for i in policy.overrides.indices {
        policy.overrides[i].measures.removeAll { $0.name == name }
      }
    }
  }

  private static func dimension(_ node: YAMLNode) throws(YAMLFinding) -> Dimension {
    let map = try node.map(["name", "weight"])
    return Dimension(
      try map.required("name").string(), weight: try map.required("weight").number())
  }

  /// A measure over the one of its name, if there is one.
  private static func measure(
    _ node: YAMLNode, among known: [Measure]
  ) throws(YAMLFinding) -> Measure {
    let map = try node.map([
      "name", "label", "kind", "types", "features", "share_of", "share_of_features", "ratio",
      "window", "slide", "half_life", "direction", "target",
      "baseline", "weeks", "weeks_min", "peers", "peers_min", "weight", "dimension", "axis",
      "axis_weight", "missing",
    ])
    let name = try map.required("name").string()
    let base = known.first { $0.name == name }
    let kind = try kind(map, over: base?.kind)
    let normalisation = try normalisation(map, over: base?.normalisation)
    var measure = base ?? Measure(name, kind, normalisation: normalisation, weight: 0)
    measure.kind = kind
    measure.normalisation = normalisation
    measure.filter = try filter(map, over: measure.filter)
    if let node = map["label"] { measure.label = node.isNull ? nil : try node.string() }
    if let node = map["weight"] { measure.weight = try node.number() }
    if let node = map["half_life"] { measure.halfLife = node.isNull ? nil : try node.span() }
    if let node = map["window"] { measure.window = try node.span() }
    if let node = map["slide"] { measure.slide = try node.span() }
    if let node = map["direction"] { measure.direction = try node.word(Direction.self) }
    if let node = map["dimension"] { measure.dimension = node.isNull ? nil : try node.string() }
    if let node = map["axis"] { measure.axis = node.isNull ? nil : try node.word(Axis.self) }
    if let node = map["missing"] { measure.missing = try node.word(MissingRule.self) }
    if let node = map["axis_weight"] { measure.axisWeight = node.isNull ? nil : try node.number() }
    return measure
  }

  private static func filter(
    _ map: YAMLMap, over base: EventFilter
  ) throws(YAMLFinding) -> EventFilter {
    let given = try map["types"].map { node throws(YAMLFinding) in
      node.isNull ? [] : try node.strings()
    }
    let features = try map["features"].map { node throws(YAMLFinding) in
      node.isNull ? nil : try node.strings()
    }
    guard given != nil || features != nil else { return base }
    let types = given ?? base.types
    guard let features = features ?? (base.features.isEmpty ? nil : base.features) else {
      return map["types"]?.isNull == true || given == nil ? .any : .types(types)
    }
    if let node = map["types"], !node.isNull, given == [] {
      throw node.refuse("has 0 entries", "types, or no such key")
    }
    return .features(features, types: types)
  }

  private static func kind(
    _ map: YAMLMap, over base: MeasureKind?
  ) throws(YAMLFinding) -> MeasureKind {
    let node: YAMLNode
    if let given = map["kind"] {
      node = given
    } else if base == nil {
      node = try map.required("kind")
    } else {
      node = map.node
    }
    let word = try map["kind"]?.string() ?? base?.word ?? ""
    let plain: [MeasureKind] = [
      .count, .sum, .mean, .last, .activeDays, .distinctUsers, .distinctFeatures, .recency, .seats,
      .stickiness,
    ]
    let owners = [("share_of", "share"), ("share_of_features", "share"), ("ratio", "ratio")]
    for (key, owner) in owners where word != owner {
      if let extra = map[key] { throw extra.refuse("does not go with '\(word)'", "kind: \(owner)") }
    }
    if let kind = plain.first(where: { $0.word == word }) { return kind }
    if let base, base.word == word, !owners.contains(where: { map[$0.0] != nil }) { return base }
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

  private static func normalisation(
    _ map: YAMLMap, over base: Normalisation?
  ) throws(YAMLFinding) -> Normalisation {
    let given = ["target", "baseline", "peers"].filter { map[$0] != nil }
    guard given.count == 1 || given.isEmpty && base != nil else {
      throw map.node.refuse(
        "has not one of target, baseline and peers", "exactly one of them")
    }
    let word = given.first ?? base!.word
    let owners = [("weeks", "baseline"), ("weeks_min", "baseline"), ("peers_min", "peers")]
    for (key, owner) in owners where word != owner {
      if let extra = map[key] { throw extra.refuse("does not go with \(word)", owner) }
    }
    let points = try map[word].map { node throws(YAMLFinding) in try self.points(node) }
    switch (word, base) {
    case ("baseline", .baseline(let before, let weeks, let weeksMin)):
      return .baseline(
        points ?? before, weeks: try map["weeks"]?.whole() ?? weeks,
        weeksMin: try map["weeks_min"]?.whole() ?? weeksMin)
    case ("baseline", _):
      return .baseline(
        points!, weeks: try map["weeks"]?.whole() ?? 8,
        weeksMin: try map["weeks_min"]?.whole() ?? 4)
    case ("peers", .peers(let before, let least)):
      return .peers(points ?? before, accountsMin: try map["peers_min"]?.whole() ?? least)
    case ("peers", _):
      return .peers(points!, accountsMin: try map["peers_min"]?.whole() ?? 20)
    default: return .target(points ?? base!.points)
    }
  }

  static func points(_ node: YAMLNode) throws(YAMLFinding) -> ControlPoints {
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

extension [String: Int] {
  /// Notes the place of a name that is not there yet.
  mutating func add(_ name: String, _ place: Int, _ node: YAMLNode) throws(YAMLFinding) {
    guard updateValue(place, forKey: name) == nil else {
      throw node.refuse("'\(name)' is there twice", "every name once")
    }
  }
}

extension Array {
  /// Puts an element in the place of the one meant, or at the end.
  mutating func put(_ element: Element, over isMeant: (Element) -> Bool) {
    if let place = firstIndex(where: isMeant) {
      self[place] = element
    } else {
      append(element)
    }
  }
}
