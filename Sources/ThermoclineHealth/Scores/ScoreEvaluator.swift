package import ThermoclineCore
package import ThermoclineWindows

/// Makes scores of readings: a pure function of the plan, the reading, the profile and the memory.
package struct ScoreEvaluator: Sendable {
  package let plan: PolicyPlan
  let policyName: String

  package init(_ plan: PolicyPlan) {
    self.plan = plan
    policyName = plan.policy.identifier
  }

  /// The score of one account, final if the reading is. `reading.values` follow `plan.quantities`.
  package func score(
    account: String, reading: WindowReading, profile: AccountProfile = AccountProfile(),
    memory: ScoreMemory = ScoreMemory()
  ) -> HealthScore {
    precondition(reading.values.count == plan.quantities.count)
    let judged = judge(reading, profile)
    let weights = ScoreWeights(plan, isPresent: { judged[$0].subscore != nil })
    var score = HealthScore(
      account: account, at: reading.at, isFinal: reading.isFinal, policy: policyName)
    score.coverage = weights.coverage
    score.tier = profile.tier
    score.revenue = profile.revenue
    score.stage = plan.policy.stages.stage(
      of: profile, firstEvent: reading.firstEvent, at: reading.at)
    let isEnough = weights.coverage >= plan.policy.coverageMin && weights.coverage > 0
    let contributions =
      isEnough
      ? apportion(judged, weights) : [Int64](repeating: 0, count: judged.count)
    score.dimensions = dimensions(judged)
    place(score: &score, judged, memory)
    if isEnough { rate(&score, contributions, memory) }
    let hasPrevious = isEnough && memory.contributions.count == judged.count
    score.measures = judged.indices.map { i in
      let measure = plan.policy.measures[i]
      let previous = hasPrevious ? Int64(memory.contributions[i]) : 0
      return MeasureReading(
        name: measure.name, dimension: measure.dimension ?? "", value: judged[i].value,
        expected: judged[i].expected, subscore: judged[i].subscore, weight: weights.measures[i],
        contribution: Points(tenThousandths: contributions[i]),
        change: Points(tenThousandths: contributions[i] - previous))
    }
    score.summary = ScoreSummary(score, recency: judged.recency(reading)).text
    return score
  }

  /// The memory after a score: changed by a final one, the same after an early one.
  package func commit(_ score: HealthScore, to memory: ScoreMemory) -> ScoreMemory {
    guard score.isFinal else { return memory }
    var next = memory
    next.contributions = []
    if let commitment = score.commitment {
      next.isCommitmentHigh = plan.policy.axes.isHigh(commitment, before: memory.isCommitmentHigh)
    }
    if let temperature = score.temperature {
      next.isTemperatureHigh = plan.policy.axes.isHigh(
        temperature, before: memory.isTemperatureHigh)
    }
    guard let points = score.score else { return next }
    next.contributions = score.measures.map { Int32($0.contribution.tenThousandths) }
    next.band = UInt8(plan.policy.band(of: points, before: memory.band.map(Int.init)))
    next.remember(points, at: score.at, most: plan.policy.trendScores)
    return next
  }

  private func dimensions(_ judged: [JudgedMeasure]) -> [NamedPoints] {
    plan.policy.dimensions.indices.map { d in
      NamedPoints(
        name: plan.policy.dimensions[d].name,
        points: mean(judged) { plan.measures[$0].dimension == d })
    }
  }

  private func place(score: inout HealthScore, _ judged: [JudgedMeasure], _ memory: ScoreMemory) {
    let axes = plan.policy.axes
    score.commitment = mean(judged) { plan.policy.measures[$0].axis == .commitment }
    score.temperature = mean(judged) { plan.policy.measures[$0].axis == .temperature }
    guard let commitment = score.commitment, let temperature = score.temperature else { return }
    score.quadrant = Quadrant(
      isCommitmentHigh: axes.isHigh(commitment, before: memory.isCommitmentHigh),
      isTemperatureHigh: axes.isHigh(temperature, before: memory.isTemperatureHigh))
  }

  private func rate(_ score: inout HealthScore, _ contributions: [Int64], _ memory: ScoreMemory) {
    let points = Points(tenThousandths: contributions.reduce(0, +))
    score.score = points
    score.band =
      plan.policy.bands[plan.policy.band(of: points, before: memory.band.map(Int.init))].name
    if memory.contributions.count == contributions.count {
      let before = memory.contributions.reduce(Int64(0)) { $0 + Int64($1) }
      score.change = points - Points(tenThousandths: before)
    }
    var days = memory
    days.remember(points, at: score.at, most: plan.policy.trendScores)
    score.trend = days.slope
  }

  /// Weighted mean of the sub-scores of some measures; nil when none of them is present.
  private func mean(_ judged: [JudgedMeasure], of isPart: (Int) -> Bool) -> Points? {
    var (sum, weight) = (0.0, 0.0)
    for i in judged.indices where isPart(i) {
      guard let subscore = judged[i].subscore else { continue }
      sum += plan.measures[i].weight * subscore.value
      weight += plan.measures[i].weight
    }
    return weight > 0 ? Points(min(sum / weight, 100)) : nil
  }

  /// Each measure's whole ten-thousandths of the score: the rounded score, shared out by the
  /// largest remainders (Hamilton's method), so that nothing is lost.
  private func apportion(_ judged: [JudgedMeasure], _ weights: ScoreWeights) -> [Int64] {
    let exact = judged.indices.map { i in
      weights.measures[i] * Double(judged[i].subscore?.tenThousandths ?? 0)
    }
    let total = Int64(min(exact.reduce(0, +), 1_000_000).rounded())
    var shares = exact.map { Int64($0) }
    var missing = total - shares.reduce(0, +)
    while missing > 0 {
      let next = exact.indices.max {
        exact[$0] - Double(shares[$0]) < exact[$1] - Double(shares[$1])
      }!
      shares[next] += 1
      missing -= 1
    }
    return shares
  }
}
