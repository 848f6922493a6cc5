/// The shares of the score that its measures have once the weight of absent ones is redistributed:
/// within the dimension first, and among the dimensions where a whole one is absent.
struct ScoreWeights {
  /// One for each measure, 0…1; the present ones add up to 1.
  private(set) var measures: [Double]
  /// Share of the policy's weight that has data, 0…1.
  private(set) var coverage: Double

  init(_ plan: PolicyPlan, isPresent: (Int) -> Bool) {
    let dimensions = plan.dimensionWeights.indices
    var all = dimensions.map { _ in 0.0 }
    var present = all
    measures = [Double](repeating: 0, count: plan.measures.count)
    coverage = 0
    for (i, measure) in plan.measures.enumerated() {
      guard let d = measure.dimension else { continue }
      all[d] += measure.weight
      if isPresent(i) { present[d] += measure.weight }
    }
    var (allWeight, presentWeight, covered) = (0.0, 0.0, 0.0)
    for d in dimensions where all[d] > 0 {
      let weight = plan.dimensionWeights[d]
      allWeight += weight
      covered += weight * present[d] / all[d]
      if present[d] > 0 { presentWeight += weight }
    }
    guard presentWeight > 0 else { return }
    coverage = min(covered / allWeight, 1)
    for (i, measure) in plan.measures.enumerated() where isPresent(i) {
      guard let d = measure.dimension, present[d] > 0 else { continue }
      measures[i] =
        plan.dimensionWeights[d] / presentWeight * (measure.weight / present[d])
    }
  }
}
