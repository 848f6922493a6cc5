import ThermoclineCore
import ThermoclineTestKit
import ThermoclineWindows

@testable import ThermoclineHealth

/// Policies, readings and profiles by chance; every policy is valid.
enum RandomPolicy {
  static func policy(_ random: inout SeededGenerator) -> Policy {
    let dimensions = (0..<Int.random(in: 1...4, using: &random)).map {
      Dimension("d\($0)", weight: $0 == 0 ? 3 : Double(Int.random(in: 0...5, using: &random)))
    }
    var measures: [Measure] = []
    for i in 0..<Int.random(in: 1...24, using: &random) {
      measures.append(measure(i, of: dimensions, measures, &random))
    }
    measures[0].dimension = "d0"
    measures[0].weight = 1
    let cuts = (1..<Int.random(in: 2...5, using: &random)).map { Double($0) * 20 }
    return Policy(
      name: "random", version: 1, dimensions: dimensions, measures: measures,
      bands: ([0] + cuts).enumerated().map { Band("band \($0.offset)", from: $0.element) },
      bandHysteresis: Double.random(in: 0...5, using: &random),
      axes: AxisRule(threshold: 50, deadBand: Double.random(in: 0...20, using: &random)),
      coverageMin: Double.random(in: 0...0.5, using: &random),
      trendScores: Int.random(in: 2...28, using: &random))
  }

  private static func measure(
    _ i: Int, of dimensions: [Dimension], _ before: [Measure], _ random: inout SeededGenerator
  ) -> Measure {
    let operands = before.filter { !$0.kind.isRatio }.map(\.name)
    var kinds: [MeasureKind] = [
      .count, .count, .sum, .mean, .activeDays, .distinctUsers, .distinctFeatures, .recency,
      .seats, .stickiness, .share(of: ["a"]),
    ]
    if let over = operands.randomElement(using: &random),
      let under = operands.randomElement(using: &random)
    {
      kinds.append(.ratio(of: over, to: under))
    }
    let kind = kinds.randomElement(using: &random)!
    let window = TimeSpan.days([7, 14, 28].randomElement(using: &random)!)
    let rises = Bool.random(using: &random)
    var x = Double.random(in: -1...5, using: &random)
    let points = ControlPoints(
      (0..<Int.random(in: 2...6, using: &random)).map { n in
        x += Double.random(in: 0.1...6, using: &random)
        return (x, rises ? Double(n * 20) : 100 - Double(n * 20))
      })
    var normalisation = Normalisation.target(points)
    if kind.hasBaseline, Bool.random(using: &random) {
      let weeks = window == .days(7) ? Int.random(in: 1...8, using: &random) : 1
      normalisation = .baseline(
        points, weeks: weeks, weeksMin: Int.random(in: 1...weeks, using: &random))
    }
    let isOfAll = kind == .recency || kind == .seats || Bool.random(using: &random)
    var measure = Measure(
      "m\(i)", kind, of: isOfAll ? .any : .types(["a", "b"]), window: window,
      direction: rises ? .higherIsBetter : .lowerIsBetter, normalisation: normalisation,
      weight: Double(Int.random(in: 0...10, using: &random)),
      axisWeight: Bool.random(using: &random)
        ? nil : Double(Int.random(in: 0...10, using: &random)),
      dimension: Bool.random(using: &random)
        ? dimensions.randomElement(using: &random)!.name : nil,
      axis: [nil, .commitment, .temperature].randomElement(using: &random)!)
    var rules: [MissingRule] = [.absent, .absent, .worst]
    if rises || measure.isGoodInSilence { rules.append(.zero) }
    if kind == .distinctUsers { rules.append(.one) }
    measure.missing = rules.randomElement(using: &random)!
    return measure
  }

  static func reading(
    of plan: PolicyPlan, _ random: inout SeededGenerator, _ at: EventTime
  ) -> WindowReading {
    let values = plan.quantities.map { quantity -> Int64 in
      if Int.random(in: 0..<3, using: &random) == 0 { return 0 }
      if quantity.aggregate == .sum {
        return Int64.random(in: -5_000_000...50_000_000, using: &random)
      }
      return Int64.random(in: 0...40, using: &random)
    }
    let first = at - .hours(Int64.random(in: 1...2_000, using: &random))
    let last = at - .hours(Int64.random(in: 0...200, using: &random))
    let isEmpty = Int.random(in: 0..<20, using: &random) == 0
    return WindowReading(
      at: at, values: values, lastEvent: isEmpty ? .distantPast : max(first, last),
      firstEvent: isEmpty ? .distantFuture : first, isFinal: true)
  }

  static func profile(_ random: inout SeededGenerator, _ at: EventTime) -> AccountProfile {
    var profile = AccountProfile()
    profile.seats = Int.random(in: 0...3, using: &random)
    profile.tier = ["standard", "mid"].randomElement(using: &random)!
    profile.revenue = Double.random(in: 0...1e4, using: &random)
    if Bool.random(using: &random) {
      profile.contractEnd = at + .days(Int64.random(in: -20...200, using: &random))
    }
    return profile
  }
}
