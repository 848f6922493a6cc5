import ThermoclineCore

/// Whose events are counted one by one in each pane: of all users, of all features, each some bytes a user or feature and
/// pane, and a look at its row for each event.
package struct Tallies: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let users = Tallies(rawValue: 1)
  package static let features = Tallies(rawValue: 2)
}

extension WindowPlan {
  /// Whether the events of a dimension's users or features are counted one by one.
  func tallies(_ dimension: Dimension) -> Bool {
    dimension.filter == .any && tallies.contains(dimension.isFeature ? .features : .users)
  }

  /// The dimension whose events are counted one by one, and the level it is kept at; nil = none is.
  func tallied(_ wanted: Tallies) -> (dimension: UInt32, level: Int)? {
    let found = dimensions.firstIndex { tallies($0) && $0.isFeature == (wanted == .features) }
    guard let dimension = found else { return nil }
    let level = levels.firstIndex {
      !$0.distinct[dimension].isEmpty || $0.entities.steps.contains { !$0[dimension].isEmpty }
    }
    return level.map { (UInt32(dimension), $0) }
  }
}
