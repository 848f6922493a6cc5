internal import ThermoclineCore

/// Weights, dimensions and axes.
extension ScoreSheet {
  /// The shares of the score that the measures have once the weight of absent ones is
  /// redistributed: within the dimension first, and among the dimensions where a whole one is
  /// absent.
  mutating func weigh() {
    let dimensionsCount = dimensions.count
    for d in 0..<sums.count {
      sums[d] = 0
      presentWeights[d] = 0
      incomparableWeights[d] = 0
    }
    for d in 0..<dimensionsCount { assumedWeights[d] = 0 }
    for i in 0..<lines.count {
      let weight = measures[first &+ i].weight
      guard lines[i].subscore != noPoints else {
        // Nothing is missing of the account: there is nobody to compare it with.
        if lines[i].hasValue, measures[first &+ i].peer >= 0, measures[first &+ i].dimension >= 0 {
          incomparableWeights[measures[first &+ i].dimension] += weight
        }
        continue
      }
      let subscore = Double(lines[i].subscore) / 10_000
      let (dimension, axis) = (measures[first &+ i].dimension, measures[first &+ i].axis)
      if dimension >= 0 {
        sums[dimension] += weight * subscore
        presentWeights[dimension] += weight
        if lines[i].isAssumed { assumedWeights[dimension] += weight }
      }
      if axis >= 0 {
        let weight = measures[first &+ i].axisWeight
        sums[dimensionsCount &+ axis] += weight * subscore
        presentWeights[dimensionsCount &+ axis] += weight
      }
    }
    var (allWeight, presentWeight, covered, assumedWeight) = (0.0, 0.0, 0.0, 0.0)
    for d in 0..<dimensionsCount {
      dimensions[d] = mean(d)
      let total = dimensionTotals[firstDimension &+ d] - incomparableWeights[d]
      guard total > 0 else { continue }
      let weight = dimensionWeights[firstDimension &+ d]
      allWeight += weight
      covered += weight * (presentWeights[d] - assumedWeights[d]) / total
      assumedWeight += weight * assumedWeights[d] / total
      if presentWeights[d] > 0 { presentWeight += weight }
    }
    commitment = mean(dimensionsCount)
    temperature = mean(dimensionsCount &+ 1)
    coverage = 0
    assumed = 0
    guard presentWeight > 0 else { return }
    coverage = min(covered / allWeight, 1)
    assumed = assumedWeight / allWeight
    for i in 0..<lines.count where lines[i].subscore != noPoints {
      let d = measures[first &+ i].dimension
      guard d >= 0, presentWeights[d] > 0 else { continue }
      lines[i].weight =
        dimensionWeights[firstDimension &+ d] / presentWeight
        * (measures[first &+ i].weight / presentWeights[d])
    }
  }

  /// Weighted mean of the sub-scores of a dimension or axis.
  private func mean(_ part: Int) -> Int32 {
    presentWeights[part] > 0
      ? tenThousandths(min(sums[part] / presentWeights[part], 100)) : noPoints
  }

  /// The quadrant, where both axes are present.
  mutating func place(_ row: ScoreTable.Row) {
    quadrant = nil
    guard commitment != noPoints, temperature != noPoints else { return }
    quadrant = Quadrant(
      isCommitmentHigh: side(commitment, row.commitment) == 1,
      isTemperatureHigh: side(temperature, row.temperature) == 1)
  }

  /// 1 = high, 0 = low.
  func side(_ points: Int32, _ before: UInt8) -> UInt8 {
    let points = Points(tenThousandths: Int64(points))
    return rules[variant].axes.isHigh(points, before: before == noPlace ? nil : before == 1) ? 1 : 0
  }
}
