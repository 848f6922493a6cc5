package import ThermoclineCore

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
