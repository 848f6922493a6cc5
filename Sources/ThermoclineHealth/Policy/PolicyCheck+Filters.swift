internal import ThermoclineCore
internal import ThermoclineWindows

extension PolicyCheck {
  /// Which events a measure looks at, and whether its kind looks at any.
  mutating func filter(_ path: String, _ measure: Measure) {
    switch measure.filter {
    case .any: return
    case .types(let types): self.types("\(path).types", types)
    case .features(let features, let types):
      self.types("\(path).features", features)
      if !types.isEmpty { self.types("\(path).types", types) }
    }
    let word = measure.filter.features.isEmpty ? "types" : "features"
    that(
      "\(path).\(word)", measure.kind != .recency && measure.kind != .seats, "a filter",
      "none for \(measure.kind.word)")
  }

  /// What a share is the share of: something that the filter lets through.
  mutating func share(_ path: String, of part: [String], in whole: [String], _ what: String) {
    types(path, part)
    that(
      path, whole.isEmpty || part.allSatisfy(whole.contains),
      "a \(what) that is not among the filter's", whole.joined(separator: ", "))
  }

  mutating func halfLife(_ path: String, _ measure: Measure) {
    guard let halfLife = measure.halfLife else { return }
    that(
      "\(path).half_life", measure.kind == .count || measure.kind == .sum,
      "does not go with \(measure.kind.word)", "a half-life for count and sum")
    that(
      "\(path).half_life", halfLife >= measure.slide && halfLife <= PolicyLimits.history,
      "is \(halfLife)", "from one slide to \(PolicyLimits.history)")
    // What is expected is computed from days, and what is compared with it must be, too.
    if case .baseline = measure.normalisation {
      that(
        "\(path).slide", measure.slide == .days(1), "is \(measure.slide)",
        "1d for a baseline with a half-life")
    }
  }
}
