/// The weights of a policy in plain numbers: what makes a score of sub-scores.
package struct ScoreWeights: Sendable, Equatable {
  /// One for each measure, ≥ 0.
  package var measures: [Double]
  /// Place of each measure's dimension; nil = no part of the score.
  package var dimensionOf: [Int?]
  /// One for each dimension, ≥ 0.
  package var dimensions: [Double]

  package init(measures: [Double], dimensionOf: [Int?], dimensions: [Double]) {
    precondition(measures.count == dimensionOf.count)
    self.measures = measures
    self.dimensionOf = dimensionOf
    self.dimensions = dimensions
  }

  /// Each measure's share of the score when all have data; the shares add up to 1.
  package var shares: [Double] {
    var within = [Double](repeating: 0, count: dimensions.count)
    for (k, d) in dimensionOf.enumerated() { if let d { within[d] += measures[k] } }
    let all = dimensions.indices.reduce(0) { $0 + (within[$1] > 0 ? dimensions[$1] : 0) }
    return measures.indices.map { k in
      guard let d = dimensionOf[k], within[d] > 0, all > 0 else { return 0 }
      return dimensions[d] / all * measures[k] / within[d]
    }
  }

  /// The score of sub-scores, NaN ones being absent: weighted means within dimensions, then among
  /// those that have any. nil without any.
  package func score(_ subscores: [Double]) -> Double? {
    var (sum, total) = (0.0, 0.0)
    for d in dimensions.indices {
      var (within, weight) = (0.0, 0.0)
      for (k, dimension) in dimensionOf.enumerated()
      where dimension == d && !subscores[k].isNaN {
        within += measures[k] * subscores[k]
        weight += measures[k]
      }
      guard weight > 0, dimensions[d] > 0 else { continue }
      sum += dimensions[d] * within / weight
      total += dimensions[d]
    }
    return total > 0 ? sum / total : nil
  }
}
