extension WindowPlan {
  /// Whether a filter of the plan names an event type.
  func names(_ type: String) -> Bool {
    levels.contains { $0.columns.contains { $0.filter.names(type) } }
      || dimensions.contains { $0.filter.names(type) }
  }
}
