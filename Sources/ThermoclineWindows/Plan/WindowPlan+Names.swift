extension WindowPlan {
  /// Whether a filter of the plan names an event type.
  func names(_ type: String) -> Bool {
    columns.contains { $0.filter.names(type) } || dimensions.contains { $0.filter.names(type) }
  }
}
