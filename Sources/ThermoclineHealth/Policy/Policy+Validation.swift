internal import ThermoclineCore
internal import ThermoclineWindows

extension Policy {
  /// Everything the policy says that it must not; empty = it can be compiled.
  package func validate() -> [PolicyProblem] {
    var check = PolicyCheck()
    checkTop(&check)
    checkDimensions(&check)
    checkBands(&check)
    for (i, measure) in measures.enumerated() { check.at("measures[\(i)]", measure, in: self) }
    checkMeasuresTogether(&check)
    checkAlerts(&check)
    check.count("overrides", overrides.count, 0...PolicyLimits.overridesMax)
    for (i, override) in overrides.enumerated() { check.at("overrides[\(i)]", override, in: self) }
    check.variants(of: self)
    return check.problems
  }

  private func checkTop(_ check: inout PolicyCheck) {
    check.name("name", name)
    check.that("version", version >= 1, "is \(version)", "a whole number from 1")
    check.number("band_hysteresis", bandHysteresis, 0...20)
    check.number("axes.threshold", axes.threshold, 0...100)
    check.number("axes.dead_band", axes.deadBand, 0...20)
    check.number("coverage_min", coverageMin, 0...1)
    let trendMax = PolicyLimits.trendScoresMax
    check.that(
      "trend_scores", (2...trendMax).contains(trendScores), "is \(trendScores)", "2…\(trendMax)")
    check.that("stages.onboarding", stages.onboarding >= .zero, "is negative", "0d or more")
    check.that("stages.renewal", stages.renewal >= .zero, "is negative", "0d or more")
  }

  /// What an override can spoil.
  func checkWeightsAndCuts(_ check: inout PolicyCheck) {
    checkDimensions(&check)
    checkBands(&check)
  }

  private func checkDimensions(_ check: inout PolicyCheck) {
    check.count("dimensions", dimensions.count, 1...PolicyLimits.dimensionsMax)
    check.unique("dimensions", dimensions.map(\.name))
    for (i, dimension) in dimensions.enumerated() {
      check.name("dimensions[\(i)].name", dimension.name)
      check.weight("dimensions[\(i)].weight", dimension.weight)
    }
    let scored = dimensions.contains { dimension in
      dimension.weight > 0
        && measures.contains { $0.dimension == dimension.name && $0.weight > 0 }
    }
    check.that(
      "dimensions", scored, "no weight is above 0",
      "at least one dimension with a weight that has a measure with a weight")
  }

  private func checkBands(_ check: inout PolicyCheck) {
    check.count("bands", bands.count, 1...PolicyLimits.bandsMax)
    check.unique("bands", bands.map(\.name))
    for (i, band) in bands.enumerated() {
      check.name("bands[\(i)].name", band.name)
      check.number("bands[\(i)].from", band.from, 0...100)
      if i == 0 {
        check.that("bands[0].from", band.from == 0, "is \(band.from)", "0 for the lowest band")
      } else {
        let previous = bands[i - 1].from
        check.that(
          "bands[\(i)].from", band.from > previous, "\(band.from) does not follow \(previous)",
          "cuts in ascending order")
      }
    }
  }

  private func checkMeasuresTogether(_ check: inout PolicyCheck) {
    check.count("measures", measures.count, 1...PolicyLimits.measuresMax)
    check.unique("measures", measures.map(\.name))
    let slides = Set(measures.filter(\.kind.hasWindow).map(\.slide))
    check.that(
      "measures", slides.count <= PolicyLimits.slidesMax, "\(slides.count) different slides",
      "at most \(PolicyLimits.slidesMax)")
    let features = Set(measures.flatMap(\.features))
    check.that(
      "measures", features.count <= PolicyLimits.featuresMax,
      "\(features.count) different features",
      "at most \(PolicyLimits.featuresMax)")
    for kind in [MeasureKind.distinctUsers, .distinctFeatures] {
      let slides = Set(measures.filter { $0.kind == kind }.map(\.slide))
      check.that(
        "measures", slides.count <= 1, "\(kind.word) with \(slides.count) different slides",
        "one slide for all measures of the kind")
    }
  }

  private func checkAlerts(_ check: inout PolicyCheck) {
    check.number("alerts.budget", alerts.budget, 0...1_000)
    check.number("alerts.false_share", alerts.falseShare, 0...0.5)
    if let outage = alerts.outage { check.number("alerts.outage.level", outage.level, 0.01...0.9) }
    check.that(
      "alerts.fire_ticks", (1...28).contains(alerts.fireTicks), "is \(alerts.fireTicks)", "1…28")
    check.that(
      "alerts.clear_ticks", (1...28).contains(alerts.clearTicks), "is \(alerts.clearTicks)", "1…28")
    check.that("alerts.cool_down", alerts.coolDown >= .zero, "is negative", "0d or more")
    check.that("alerts.renewal_near", alerts.renewalNear >= .zero, "is negative", "0d or more")
    check.number("alerts.revenue_large", alerts.revenueLarge, 0...1e15)
    check.count("alerts.drops", alerts.drops.count, 0...PolicyLimits.dropRulesMax)
    check.unique("alerts.drops", alerts.drops.map(\.measure))
    for (i, rule) in alerts.drops.enumerated() {
      check.at("alerts.drops[\(i)]", rule, measure: measures.first { $0.name == rule.measure })
    }
    if let silence = alerts.silence { check.at("alerts.silence", silence) }
    check.people(self)
    check.account(alerts)
    check.usage(self)
  }
}
