package import ThermoclineCore
package import ThermoclineWindows

/// The score of one account in plain numbers, and where it is worked out: whether a score is worth
/// publishing is decided here, without an allocation, a reference or a text.
///
/// A sheet is made once and filled again and again. Everything in it is a pure function of the
/// policy, the reading, the profile's seats and the account's row of the table.
package struct ScoreSheet: ~Copyable, Sendable {
  // The policy: one variant after the other where it differs.
  var measures = Slab<SheetMeasure>()
  /// Places of quantities: the baselines of all measures.
  var places = Slab<Int>()
  var curveX = Slab<Double>()
  var curveY = Slab<Double>()
  /// Weight of each dimension, and Σ weight of its measures.
  var dimensionWeights = Slab<Double>()
  var dimensionTotals = Slab<Double>()
  /// One for each variant.
  var rules = Slab<SheetRules>()
  let trendScores: Int
  let quantitiesCount: Int
  /// Place of the quantity that says how much is known.
  let evidence: Int
  /// Variant by tier, industry and stage, and where the stages by dates stand.
  var variants = Slab<UInt8>()
  var stagePlaces = Slab<UInt8>()
  /// Places of the measures that are judged against peers, and by what those of the next account are.
  package let peerMeasures: [Int]
  package internal(set) var yardsticks: [PeerYardstick?]
  let industriesCount: Int
  let stagesCount: Int
  /// What sentences call the measures, then the names of the bands.
  var names = TextBuffer()
  var nameEnds = Slab<Int>()

  // The variant at work.
  package internal(set) var variant = 0
  /// Place of its first measure and of its first dimension.
  var first = 0
  var firstDimension = 0

  // Scratch.
  var recent = Slab<Int64>(capacity: PolicyLimits.baselineWeeksMax)
  var rests = Slab<Double>()
  /// Σ weight × sub-score and Σ weight of what is present, by dimension and then by axis.
  var sums = Slab<Double>()
  var presentWeights = Slab<Double>()
  /// Σ weight of what has no peers to be compared with.
  var incomparableWeights = Slab<Double>()
  /// Σ weight of what has no data and a sub-score in its place.
  var assumedWeights = Slab<Double>()
  var trend0 = ScoreTrend()

  // The result.
  /// One for each measure, in the policy's order.
  package internal(set) var lines = Slab<SheetLine>()
  /// Ten-thousandths of a point, `noPoints` where nothing of the dimension is present.
  package internal(set) var dimensions = Slab<Int32>()
  package internal(set) var at = EventTime.distantPast
  package internal(set) var firstEvent = EventTime.distantPast
  package internal(set) var isFinal = false
  /// Ten-thousandths of a point; `noPoints` when the coverage is below the policy's minimum.
  package internal(set) var points = noPoints
  /// Place of the band in the policy; `noPlace` without a score.
  package internal(set) var band = noPlace
  /// Points a day; nil with fewer than two days.
  package internal(set) var trend: Double?
  /// Score now minus the previous final score, ten-thousandths; `noPoints` when either is missing.
  package internal(set) var change = noPoints
  /// Score now minus the last final one of the day seven days before, ten-thousandths; `noPoints` without it.
  package internal(set) var weekChange = noPoints
  /// How much stands behind the score, 0…1: coverage × e ÷ (e + 7), e being the days the account was active in the last 63
  /// and the whole days of silence since. Seven days of knowledge give a half, four weeks 0.8.
  package internal(set) var confidence = 0.0
  /// Share of the policy's weight that has data, 0…1; not counting what has no peers to be compared with.
  package internal(set) var coverage = 0.0
  /// Share of the same weight that has no data and counts as the policy says, 0…1.
  package internal(set) var assumed = 0.0
  /// Ten-thousandths of a point; `noPoints` = nothing of the axis is present.
  package internal(set) var commitment = noPoints
  package internal(set) var temperature = noPoints
  package internal(set) var quadrant: Quadrant?
  /// Whether any measure contributes something else than before.
  package internal(set) var hasMovedMeasure = false
  /// Since the newest event; nil for an account that never had one.
  var silence: TimeSpan?
  var lastEvent = EventTime.distantPast

  package init(_ plan: PolicyPlan) {
    let policy = plan.policy
    trendScores = policy.trendScores
    quantitiesCount = plan.quantities.count
    evidence = plan.evidence
    peerMeasures = plan.peerMeasures
    yardsticks = Array(repeating: nil, count: peerMeasures.count)
    industriesCount = plan.variants.industriesCount
    stagesCount = plan.variants.stagesCount
    for variant in plan.variants.table { variants.append(variant) }
    for stage in AccountStage.allCases { stagePlaces.append(plan.variants.place(stage)) }
    recent.append(repeating: 0, count: PolicyLimits.baselineWeeksMax)
    dimensions.append(repeating: noPoints, count: policy.dimensions.count)
    sums.append(repeating: 0, count: policy.dimensions.count + 2)
    presentWeights.append(repeating: 0, count: policy.dimensions.count + 2)
    incomparableWeights.append(repeating: 0, count: policy.dimensions.count + 2)
    assumedWeights.append(repeating: 0, count: policy.dimensions.count)
    for policy in plan.policies { add(policy, plan) }
    rests.append(repeating: 0, count: policy.measures.count)
    lines.append(repeating: SheetLine(), count: policy.measures.count)
    for name in policy.measures.map(\.title) + policy.bands.map(\.name) {
      names.append(text: name)
      nameEnds.append(names.count)
    }
  }

  /// Works out the account's score, final if the reading is. `reading.values` follow
  /// `plan.quantities`; `seats` is 0 when not known; `variant` is one of the plan's.
  package mutating func evaluate(
    _ reading: borrowing WindowReading, seats: Int, variant: Int = 0, account: UInt32,
    _ table: inout ScoreTable
  ) {
    precondition(reading.values.count == quantitiesCount && variant < rules.count)
    use(variant)
    at = reading.at
    firstEvent = reading.firstEvent
    isFinal = reading.isFinal
    silence = reading.silence
    lastEvent = reading.lastEvent
    judge(reading, seats)
    weigh()
    confidence = coverage * known(reading)
    place(table.rows[account])
    rate(account, &table)
  }

  /// Keeps a final score as the account's last one; an early one leaves no trace.
  package mutating func commit(_ account: UInt32, to table: inout ScoreTable) {
    guard isFinal else { return }
    var row = table.rows[account]
    row.hasContributions = false
    row.lastEvent = lastEvent
    row.variant = UInt8(variant)
    if commitment != noPoints { row.commitment = side(commitment, row.commitment) }
    if temperature != noPoints { row.temperature = side(temperature, row.temperature) }
    if points != noPoints {
      row.hasContributions = true
      row.band = band
      row.days = UInt8(trend0.daily.count)
      let contributions = Int(account) * table.measuresCount
      for i in 0..<lines.count { table.contributions[contributions + i] = lines[i].contribution }
      let daily = Int(account) * table.daysMax
      for i in 0..<trend0.daily.count { table.daily[daily + i] = trend0.daily[i] }
    }
    table.rows[account] = row
  }

  /// Where the name of a measure (or, after the measures, of a band) stands in `names`.
  func name(_ i: Int) -> Range<Int> { (i == 0 ? 0 : nameEnds[i - 1])..<nameEnds[i] }

  /// What an account's days so far are worth, 0…1.
  private func known(_ reading: borrowing WindowReading) -> Double {
    let silent = silence.map { $0.days.rounded(.down) } ?? 0
    let days = min(Double(reading.values[evidence]) + silent, PolicyLimits.history.days)
    return days / (days + Double(PolicyLimits.weekDays))
  }

  /// One variant, as a policy of its own.
  private mutating func add(_ policy: Policy, _ plan: PolicyPlan) {
    rules.append(SheetRules(policy))
    let firstDimension = dimensionTotals.count
    dimensionTotals.append(repeating: 0, count: policy.dimensions.count)
    for weight in PlanCompiler.whole(policy.dimensions.map(\.weight)) {
      dimensionWeights.append(weight)
    }
    let weights = PlanCompiler.whole(policy.measures.map(\.weight))
    let axisWeights = PlanCompiler.whole(policy.measures.map(\.weightInAxis))
    for i in policy.measures.indices {
      let plan = plan.measures[i]
      if let dimension = plan.dimension {
        dimensionTotals[firstDimension + dimension] += weights[i]
      }
      add(
        policy.measures[i], plan, weight: weights[i], axisWeight: axisWeights[i],
        peer: peerMeasures.firstIndex(of: i) ?? -1)
    }
  }

  private mutating func add(
    _ measure: Measure, _ plan: MeasurePlan, weight: Double, axisWeight: Double, peer: Int
  ) {
    func run(_ list: [Int]) -> SheetMeasure.Run {
      defer { for place in list { places.append(place) } }
      return SheetMeasure.Run(start: places.count, count: list.count)
    }
    let points = measure.normalisation.points
    let curve = SheetMeasure.Run(start: curveX.count, count: points.x.count)
    for i in points.x.indices {
      curveX.append(points.x[i])
      curveY.append(points.y[i])
    }
    var weeksMin = 0
    if case .baseline(_, _, let least) = measure.normalisation { weeksMin = least }
    var unit = 1.0
    if case .sum = plan.source { unit = 1_000_000 }
    measures.append(
      SheetMeasure(
        source: plan.source, seen: plan.seen ?? -1,
        activity: plan.activity ?? -1, baseline: run(plan.baseline), curve: curve,
        best: points.best, wholeDays: plan.wholeDays ?? 0, halfLifeDays: plan.halfLifeDays ?? 0,
        unit: unit, weight: weight, axisWeight: axisWeight,
        window: measure.window.milliseconds, step: measure.baselineStep.milliseconds,
        weeksMin: weeksMin, dimension: plan.dimension ?? -1,
        axis: measure.axis == nil ? -1 : measure.axis == .commitment ? 0 : 1,
        isBaseline: weeksMin > 0, peer: peer, isGoodInSilence: measure.isGoodInSilence,
        isMoreBetter: measure.direction == .higherIsBetter, missing: measure.missing,
        worst: min(points.y.first!, points.y.last!)))
  }
}
