import ThermoclineCore

extension WindowPlan {
  /// Whether a filter of the plan names an event type.
  func names(_ type: String) -> Bool {
    levels.contains { $0.columns.contains { $0.filter.names(type) } }
      || dimensions.contains { $0.filter.names(type) }
  }

  /// The number of a dimension of the plan, `noNode` when it has none.
  package func dimension(of filter: EventFilter, isFeature: Bool) -> UInt32 {
    let wanted = Dimension(filter: filter, isFeature: isFeature)
    return dimensions.firstIndex(of: wanted).map { UInt32($0) } ?? noNode
  }
}
