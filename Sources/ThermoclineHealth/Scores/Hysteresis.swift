package import ThermoclineCore

extension Policy {
  /// Place of the band a score belongs to. With a band before, a cut must be passed by more than
  /// the hysteresis.
  package func band(of score: Points, before: Int?) -> Int {
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

extension AxisRule {
  /// Whether an axis is high. Within the dead band the side before is kept.
  package func isHigh(_ points: Points, before: Bool?) -> Bool {
    if let before, abs(points.value - threshold) <= deadBand { return before }
    return points.value >= threshold
  }
}

extension Quadrant {
  /// The quadrant of two sides.
  package init(isCommitmentHigh: Bool, isTemperatureHigh: Bool) {
    self =
      switch (isCommitmentHigh, isTemperatureHigh) {
      case (true, true): .redCarpet
      case (true, false): .convert
      case (false, false): .nurture
      case (false, true): .costly
      }
  }
}
