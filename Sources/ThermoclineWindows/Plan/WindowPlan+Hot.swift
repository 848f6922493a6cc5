/// The parts of the plan that the store asks for in its loops.
extension WindowPlan {
  /// Whether a filter of the plan names an event type.
  func names(_ type: String) -> Bool {
    columns.contains { $0.filter.names(type) } || dimensions.contains { $0.filter.names(type) }
  }

  @inline(__always)
  func withDistinct(
    _ level: Int, _ dimension: Int, _ body: (_ quantity: Int, _ length: Int64) -> Void
  ) {
    for (quantity, panes) in levels[level].distinct[dimension] { body(quantity, panes) }
  }

  @inline(__always)
  func withPaneSteps(
    _ level: Int, _ k: Int, _ dimension: Int, _ body: (_ quantity: Int, _ sign: Int64) -> Void
  ) {
    for step in levels[level].paneSteps[k][dimension] { body(step.quantity, step.sign) }
  }

  @inline(__always)
  func withLeaving(_ level: Int, _ k: Int, _ dimension: Int, _ body: (_ quantity: Int) -> Void) {
    for quantity in levels[level].distinctLeaving[k][dimension] { body(quantity) }
  }

  @inline(__always) func forgetsEntities(_ level: Int, _ k: Int, _ dimension: Int) -> Bool {
    levels[level].entityBoundary[dimension] == k
  }

  /// Whether anything happens to the entities of a pane that crosses boundary k.
  func touchesEntities(_ level: Int, _ k: Int) -> Bool {
    k == 0
      || dimensions.indices.contains { d in
        !levels[level].paneSteps[k][d].isEmpty || !levels[level].distinctLeaving[k][d].isEmpty
          || levels[level].entityBoundary[d] == k
      }
  }
}
