import Foundation
import ThermoclineCore
import ThermoclineWindows

@testable import ThermoclineHealth

// Scores by their definition, one list, text and closure for each step: what the sheet must agree with to the last bit.

/// Makes scores of readings: a pure function of the plan, the reading, the profile and the memory.
struct NaiveScorer: Sendable {
  let plan: PolicyPlan
  let policyName: String
  let weights: [Double]
  let axisWeights: [Double]

  init(_ plan: PolicyPlan) {
    self.plan = plan
    policyName = plan.policy.identifier
    weights = PlanCompiler.whole(plan.policy.measures.map(\.weight))
    axisWeights = PlanCompiler.whole(plan.policy.measures.map(\.weightInAxis))
  }

  /// The score of one account, final if the reading is. `reading.values` follow `plan.quantities`.
  func score(
    account: String, reading: WindowReading, profile: AccountProfile = AccountProfile(),
    memory: NaiveMemory = NaiveMemory()
  ) -> HealthScore {
    precondition(reading.values.count == plan.quantities.count)
    let judged = judge(reading, profile)
    let weights = NaiveWeights(
      plan, weights, isPresent: { judged[$0].subscore != nil },
      isAssumed: { judged[$0].value == nil && judged[$0].subscore != nil },
      isComparable: { i in
        // Nobody is told of peers here.
        guard case .peers = plan.policy.measures[i].normalisation else { return true }
        return judged[i].value == nil
      })
    var score = HealthScore(
      account: account, at: reading.at, isFinal: reading.isFinal, policy: policyName)
    score.coverage = weights.coverage
    score.confidence = weights.coverage * known(reading)
    score.tier = profile.tier
    score.revenue = profile.revenue
    score.stage = plan.policy.stages.stage(
      of: profile, firstEvent: reading.firstEvent, at: reading.at)
    let isEnough = weights.coverage >= plan.policy.coverageMin && weights.coverage > 0
    let contributions =
      isEnough
      ? apportion(judged, weights, most: most(reading, memory))
      : [Int64](repeating: 0, count: judged.count)
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
    score.summary =
      NaiveSummary(score, plan.policy, assumed: weights.assumed, recency: judged.recency(reading))
      .text
    return score
  }

  /// The memory after a score: changed by a final one, the same after an early one.
  func commit(
    _ score: HealthScore, lastEvent: EventTime, to memory: NaiveMemory
  ) -> NaiveMemory {
    guard score.isFinal else { return memory }
    var next = memory
    next.contributions = []
    next.lastEvent = lastEvent
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
    next.remember(points, at: score.at, most: max(8, plan.policy.trendScores))
    return next
  }

  /// e ÷ (e + 7), e being active days of the last 63 and days of silence, 63 at most.
  private func known(_ reading: WindowReading) -> Double {
    let history = plan.quantities.firstIndex {
      $0.aggregate == .activePanes && $0.filter == .any && $0.length == .days(63)
        && $0.slide == .days(1) && $0.shift == .zero
    }!
    let days = min(63, reading.values[history] + Int64(reading.silence?.days ?? 0))
    return Double(days) / Double(days + 7)
  }

  /// The last score, for an account that has been silent since, for more than a day.
  private func most(_ reading: WindowReading, _ memory: NaiveMemory) -> Int64 {
    guard !memory.contributions.isEmpty, memory.lastEvent == reading.lastEvent,
      let silence = reading.silence, silence > .days(1)
    else { return 1_000_000 }
    return memory.contributions.reduce(0) { $0 + Int64($1) }
  }

  private func dimensions(_ judged: [NaiveJudgement]) -> [NamedPoints] {
    plan.policy.dimensions.indices.map { d in
      NamedPoints(
        name: plan.policy.dimensions[d].name,
        points: mean(judged, weights) { plan.measures[$0].dimension == d })
    }
  }

  private func place(score: inout HealthScore, _ judged: [NaiveJudgement], _ memory: NaiveMemory) {
    let axes = plan.policy.axes
    score.commitment = mean(judged, axisWeights) {
      plan.policy.measures[$0].axis == .commitment
    }
    score.temperature = mean(judged, axisWeights) {
      plan.policy.measures[$0].axis == .temperature
    }
    guard let commitment = score.commitment, let temperature = score.temperature else { return }
    score.quadrant = Quadrant(
      isCommitmentHigh: axes.isHigh(commitment, before: memory.isCommitmentHigh),
      isTemperatureHigh: axes.isHigh(temperature, before: memory.isTemperatureHigh))
  }

  private func rate(_ score: inout HealthScore, _ contributions: [Int64], _ memory: NaiveMemory) {
    let points = Points(tenThousandths: contributions.reduce(0, +))
    score.score = points
    score.band =
      plan.policy.bands[plan.policy.band(of: points, before: memory.band.map(Int.init))].name
    if memory.contributions.count == contributions.count {
      let before = memory.contributions.reduce(Int64(0)) { $0 + Int64($1) }
      score.change = points - Points(tenThousandths: before)
    }
    var days = memory
    days.remember(points, at: score.at, most: max(8, plan.policy.trendScores))
    score.trend = days.slope(plan.policy.trendScores)
    let today = days.daily.last!.day
    score.weekChange = days.daily.first { $0.day == today - 7 }
      .map { points - Points(tenThousandths: Int64($0.score)) }
  }

  /// Weighted mean of the sub-scores of some measures; nil when none of them is present.
  private func mean(
    _ judged: [NaiveJudgement], _ weights: [Double], of isPart: (Int) -> Bool
  ) -> Points? {
    var (sum, weight) = (0.0, 0.0)
    for i in judged.indices where isPart(i) {
      guard let subscore = judged[i].subscore else { continue }
      sum += weights[i] * subscore.value
      weight += weights[i]
    }
    return weight > 0 ? Points(min(sum / weight, 100)) : nil
  }

  /// Each measure's whole ten-thousandths of the score: the rounded score, shared out by the
  /// largest remainders (Hamilton's method), so that nothing is lost.
  private func apportion(
    _ judged: [NaiveJudgement], _ weights: NaiveWeights, most: Int64
  ) -> [Int64] {
    var exact = judged.indices.map { i in
      weights.measures[i] * Double(judged[i].subscore?.tenThousandths ?? 0)
    }
    let sum = exact.reduce(0, +)
    let total = min(Int64(sum.rounded()), most)
    if sum.rounded() > Double(most) { exact = exact.map { $0 * (Double(most) / sum) } }
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

/// One measure of one reading before weights.
struct NaiveJudgement {
  /// nil = absent.
  var value: Double?
  var expected: Double?
  var subscore: Points?
}

extension NaiveScorer {
  /// Values and sub-scores of all measures, in the policy's order.
  func judge(_ reading: WindowReading, _ profile: AccountProfile) -> [NaiveJudgement] {
    var judged = plan.measures.indices.map { i in
      let measure = plan.policy.measures[i]
      let isSilent = reading.silence.map { $0 >= measure.window } ?? true
      return NaiveJudgement(
        value: isSilent && measure.isGoodInSilence
          ? nil : value(plan.measures[i], reading, profile),
        expected: nil, subscore: nil)
    }
    for (i, measure) in plan.measures.enumerated() {
      if case .ratio(let over, let under) = measure.source,
        let over = judged[over].value, let under = judged[under].value, under != 0
      {
        judged[i].value = over / under
      }
      if let value = judged[i].value {
        judge(&judged[i], value, i, reading)
        continue
      }
      let policy = plan.policy.measures[i]
      let isSilent = reading.silence.map { $0 >= policy.window } ?? true
      switch policy.missing {
      case .absent: break
      case .zero: if !isSilent || !policy.isGoodInSilence { judge(&judged[i], 0, i, reading) }
      case .one: judge(&judged[i], 1, i, reading)
      case .worst:
        if case .peers = policy.normalisation { break }
        judged[i].subscore = Points(policy.normalisation.points.y.min()!)
      }
    }
    return judged
  }

  private func judge(
    _ judged: inout NaiveJudgement, _ value: Double, _ i: Int, _ reading: WindowReading
  ) {
    let measure = plan.measures[i]
    switch plan.policy.measures[i].normalisation {
    case .target(let points):
      judged.expected = points.best
      judged.subscore = Points(points(wholeWindow(value, measure, reading)))
    // Whoever is not told of peers has none.
    case .peers: return
    case .baseline(let points, _, let weeksMin):
      guard let expected = expected(i, weeksMin, reading) else { return }
      judged.expected = expected
      // Nothing where nothing was expected is silence; something has no ratio.
      let isTooQuiet = plan.policy.measures[i].isGoodInSilence
      guard expected > 0 || value <= 0 && !isTooQuiet else { return }
      judged.subscore = Points(points(expected > 0 ? value / expected : 0))
    }
  }

  /// nil for a measure that is absent, and for a ratio, which needs other measures first.
  private func value(
    _ measure: MeasurePlan, _ reading: WindowReading, _ profile: AccountProfile
  ) -> Double? {
    let values = reading.values
    if let seen = measure.seen, values[seen] == 0 { return nil }
    switch measure.source {
    case .quantity(let i):
      // Somebody did something and nobody says who.
      if let activity = measure.activity, values[activity] > 0, values[i] == 0 { return nil }
      return Double(values[i])
    case .sum(let i): return Double(values[i]) / 1_000_000
    case .mean(let sum, let count):
      return values[count] > 0 ? Double(values[sum]) / 1_000_000 / Double(values[count]) : nil
    case .last(let value, let count):
      return values[count] > 0 ? Double(values[value]) / 1_000_000 : nil
    case .share(let part, let whole):
      return values[whole] > 0 ? Double(values[part]) / Double(values[whole]) : nil
    case .stickiness(let userDays, let users, let days):
      return values[users] > 0 ? Double(values[userDays]) / days / Double(values[users]) : nil
    case .seats: return profile.seats > 0 ? Double(profile.seats) : nil
    case .recency: return reading.silence.map { $0.days }
    case .ratio: return nil
    }
  }

  /// The value of a young account's part of the window, brought to the whole window. An account of
  /// a day is taken as one of a week, so that a first busy day is not taken for a habit.
  private func wholeWindow(
    _ value: Double, _ measure: MeasurePlan, _ reading: WindowReading
  ) -> Double {
    guard let whole = measure.wholeDays, reading.silence != nil else { return value }
    let age = max(7, (reading.at - reading.firstEvent).days.rounded(.up))
    guard age < whole else { return value }
    guard let halfLife = measure.halfLifeDays else { return value * whole / age }
    return value * (1 - exp2(-whole / halfLife)) / (1 - exp2(-age / halfLife))
  }

  /// Median of the measure's past windows within the account's life; nil with fewer than
  /// `weeksMin`.
  private func expected(_ i: Int, _ weeksMin: Int, _ reading: WindowReading) -> Double? {
    let measure = plan.measures[i]
    var unit = 1.0
    if case .sum = measure.source { unit = 1_000_000 }
    let policy = plan.policy.measures[i]
    let weeks = reading.baselineWeeks(
      most: measure.baseline.count, window: policy.window, step: policy.baselineStep)
    guard weeks >= weeksMin else { return nil }
    var sorted = measure.baseline[..<weeks].map { reading.values[$0] }
    sorted.sort()
    return (Double(sorted[(weeks - 1) / 2]) + Double(sorted[weeks / 2])) / 2 / unit
  }
}

extension [NaiveJudgement] {
  /// Whole days of silence, for the summary.
  func recency(_ reading: WindowReading) -> Int? { reading.silence.map { Int($0.days) } }
}

/// The shares of the score that its measures have once the weight of absent ones is redistributed:
/// within the dimension first, and among the dimensions where a whole one is absent.
struct NaiveWeights {
  /// One for each measure, 0…1; the present ones add up to 1.
  private(set) var measures: [Double]
  /// Share of the policy's weight that has data, 0…1, not counting what has nobody to be compared with.
  private(set) var coverage: Double
  /// Share of the same weight that has no data and a sub-score in its place.
  private(set) var assumed = 0.0

  init(
    _ plan: PolicyPlan, _ weights: [Double], isPresent: (Int) -> Bool,
    isAssumed: (Int) -> Bool, isComparable: (Int) -> Bool
  ) {
    let dimensionWeights = PlanCompiler.whole(plan.policy.dimensions.map(\.weight))
    let dimensions = dimensionWeights.indices
    var all = dimensions.map { _ in 0.0 }
    var present = all
    var stoodIn = all
    measures = [Double](repeating: 0, count: plan.measures.count)
    coverage = 0
    for (i, measure) in plan.measures.enumerated() {
      guard let d = measure.dimension else { continue }
      if isComparable(i) { all[d] += weights[i] }
      if isPresent(i) { present[d] += weights[i] }
      if isAssumed(i) { stoodIn[d] += weights[i] }
    }
    var (allWeight, presentWeight, covered, assumedWeight) = (0.0, 0.0, 0.0, 0.0)
    for d in dimensions where all[d] > 0 {
      let weight = dimensionWeights[d]
      allWeight += weight
      covered += weight * (present[d] - stoodIn[d]) / all[d]
      assumedWeight += weight * stoodIn[d] / all[d]
      if present[d] > 0 { presentWeight += weight }
    }
    guard presentWeight > 0 else { return }
    coverage = min(covered / allWeight, 1)
    assumed = assumedWeight / allWeight
    for (i, measure) in plan.measures.enumerated() where isPresent(i) {
      guard let d = measure.dimension, present[d] > 0 else { continue }
      measures[i] =
        dimensionWeights[d] / presentWeight * (weights[i] / present[d])
    }
  }
}

/// What a score needs to know of the account's final scores before. Plain numbers, made to be
/// stored.
struct NaiveMemory: Sendable, Equatable {
  /// Ten-thousandths of a point each measure contributed to the last final score, in the policy's
  /// order; empty when that gave no score or there was none.
  var contributions: [Int32]
  /// Place of the last band in the policy, from the lowest; nil before the first.
  var band: UInt8?
  /// The last side of each axis; nil before the first.
  var isCommitmentHigh: Bool?
  var isTemperatureHigh: Bool?
  /// The last final score of each of the last days that had one, oldest first; at most
  /// `Policy.trendScores`.
  var daily: [DailyScore]
  /// The newest event that the last final score knew of.
  var lastEvent = EventTime.distantPast

  init(
    contributions: [Int32] = [], band: UInt8? = nil, isCommitmentHigh: Bool? = nil,
    isTemperatureHigh: Bool? = nil, daily: [DailyScore] = []
  ) {
    self.contributions = contributions
    self.band = band
    self.isCommitmentHigh = isCommitmentHigh
    self.isTemperatureHigh = isTemperatureHigh
    self.daily = daily
  }
}

extension NaiveMemory {
  /// Keeps the score as its day's, in place of an earlier one of the same day.
  mutating func remember(_ score: Points, at time: EventTime, most: Int) {
    let day = Int32(time.floor(to: .days(1)).milliseconds / 86_400_000)
    daily.removeAll { $0.day >= day || Int($0.day) <= Int(day) - 4 * most }
    if daily.count >= most { daily.removeFirst(daily.count - most + 1) }
    daily.append(DailyScore(day: day, score: Int32(score.tenThousandths)))
  }

  /// Points a day over the last `most`, least squares; nil with fewer than two days.
  func slope(_ most: Int) -> Double? {
    let daily = daily.suffix(most).filter { Int($0.day) > Int(self.daily.last!.day) - 4 * most }
    guard daily.count >= 2 else { return nil }
    let n = Double(daily.count)
    let x0 = daily[0].day
    var (x, y, xx, xy) = (0.0, 0.0, 0.0, 0.0)
    for point in daily {
      let (dx, dy) = (Double(point.day - x0), Double(point.score) / 10_000)
      x += dx
      y += dy
      xx += dx * dx
      xy += dx * dy
    }
    return (n * xy - x * y) / (n * xx - x * x)
  }
}

/// One sentence on a score, put together from a list of parts.
struct NaiveSummary {
  private(set) var text: String

  init(_ score: HealthScore, _ policy: Policy, assumed: Double, recency: Int?) {
    guard let points = score.score, let band = score.band else {
      text = "no score: only \(Self.whole(score.coverage * 100)) % of the policy's weight has data"
      return
    }
    text = "\(Self.whole(points.value)), \(band)"
    func measure(_ m: MeasureReading) -> Measure { policy.measures.first { $0.name == m.name }! }
    var parts: [String] = []
    if let change = score.weekChange {
      parts.append(Self.moved(change, "last week"))
    } else if let change = score.change {
      parts.append(Self.moved(change, "the last score"))
    }
    let costly = score.measures.filter { Self.loss($0) >= 0.5 }
      .max { Self.loss($0) < Self.loss($1) }
    let mover =
      score.change == nil
      ? nil
      : score.measures.filter { Self.magnitude($0) >= 5_000 }
        .max { Self.magnitude($0) < Self.magnitude($1) }
    if let costly {
      let isBaseline = measure(costly).normalisation.word == "baseline"
      var part = "\(measure(costly).title) "
      if let value = costly.value {
        part += "\(Self.short(value)) where \(Self.short(costly.expected!)) "
        part += "\(isBaseline ? "were expected" : "is best"), "
      } else {
        part += "not known, "
      }
      part += Self.signed(-Self.loss(costly))
      if costly.name == mover?.name {
        part += " (\(Self.signed(costly.change.value)) since the last score)"
      }
      parts.append(part)
    }
    if let mover, mover.name != costly?.name {
      let missing = mover.value == nil ? " without data now," : ""
      parts.append(
        "\(measure(mover).title)\(missing) \(Self.signed(mover.change.value)) "
          + "since the last score")
    }
    let normal = score.measures.filter {
      $0.name != costly?.name && $0.name != mover?.name && $0.weight > 0
        && $0.value != nil && ($0.subscore ?? .zero) >= Points(80)
    }.max { $0.weight < $1.weight }
    if let normal { parts.append("\(measure(normal).title) normal") }
    if let recency, recency >= 2 { parts.append("no event for \(recency) days") }
    let guessed = Self.whole(assumed * 100)
    if guessed > 0 {
      parts.append("\(guessed) % of the weight has no data and counts as the policy says")
    }
    let missing = Self.whole((1 - score.coverage - assumed) * 100)
    if missing > 0 {
      parts.append("\(missing) % of the weight has no data and went to the rest")
    }
    if !parts.isEmpty { text += ": " + parts.joined(separator: "; ") }
  }

  private static func moved(_ change: Points, _ what: String) -> String {
    let amount = whole(abs(change.value))
    if amount == 0 { return "as " + what }
    return "\(change > .zero ? "up" : "down") \(amount) since \(what)"
  }

  private static func magnitude(_ measure: MeasureReading) -> Int64 {
    abs(measure.change.tenThousandths)
  }

  /// Points the score would gain were this measure at its best.
  private static func loss(_ measure: MeasureReading) -> Double {
    measure.weight * 100 - measure.contribution.value
  }

  private static func signed(_ points: Double) -> String {
    let tenths = Int((abs(points) * 10).rounded())
    return "\(points < 0 ? "−" : "+")\(tenths / 10).\(tenths % 10)"
  }

  private static func whole(_ value: Double) -> Int { Int(value.rounded()) }

  /// Whole from 100 on, else with one decimal unless it is whole.
  static func short(_ value: Double) -> String {
    let limited = min(max(value, -1e15), 1e15)
    let tenths = Int((abs(limited) * 10).rounded())
    let sign = limited < 0 && tenths > 0 ? "−" : ""
    if abs(limited) >= 100 { return "\(sign)\(Int(abs(limited).rounded()))" }
    return tenths % 10 == 0 ? "\(sign)\(tenths / 10)" : "\(sign)\(tenths / 10).\(tenths % 10)"
  }
}

extension Policy {
  /// Place of the band a score belongs to. With a band before, a cut must be passed by more than
  /// the hysteresis.
  func band(of score: Points, before: Int?) -> Int {
    let plain = bands.lastIndex { score.value >= $0.from } ?? 0
    guard let before, before < bands.count, plain != before else { return plain }
    if plain > before {
      let reached = bands.lastIndex { score.value >= $0.from + bandHysteresis } ?? 0
      return max(before, reached)
    }
    let kept = bands.lastIndex { score.value >= $0.from - bandHysteresis } ?? 0
    return min(before, kept)
  }
}
