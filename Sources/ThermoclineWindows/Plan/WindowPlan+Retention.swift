import ThermoclineCore

extension WindowPlan.Level {
  /// Adds a boundary past the last window's to each log: nothing is added or subtracted there, what the log holds of a
  /// pane is dropped there instead of before.
  mutating func retain(for span: TimeSpan) {
    let panes = (span.milliseconds + slide.milliseconds - 1) / slide.milliseconds
    cells.retain(for: panes)
    entities.retain(for: panes)
    if entities.steps.count > distinctLeaving.count {
      distinctLeaving.append(entities.steps[0].map { _ in [] })
    }
  }
}

extension WindowPlan.Boundaries {
  fileprivate mutating func retain(for panes: Int64) {
    // With the closing alone the log is never written.
    guard ages.count > 1 else { return }
    ages.append(ages.last! + panes)
    steps.append(steps[0].map { _ in [] })
  }
}
