import ThermoclineCore

extension WindowPlan.Level {
  /// Adds a boundary past the last window's: nothing is added or subtracted there, the pane and what it lists are
  /// dropped there instead of before.
  mutating func retain(for span: TimeSpan) {
    let s = slide.milliseconds
    ages.append(ages.last! + (span.milliseconds + s - 1) / s)
    cellSteps.append(cellSteps[0].map { _ in [] })
    paneSteps.append(paneSteps[0].map { _ in [] })
    distinctLeaving.append(distinctLeaving[0].map { _ in [] })
    for d in entityBoundary.indices where entityBoundary[d] >= 0 {
      entityBoundary[d] = ages.count - 1
    }
  }
}
