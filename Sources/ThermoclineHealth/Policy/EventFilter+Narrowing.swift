internal import ThermoclineCore
package import ThermoclineWindows

extension EventFilter {
  /// The events among its own that are of these types.
  func narrowed(toTypes types: [String]) -> EventFilter {
    if case .features(let features, _) = self { return .features(features, types: types) }
    return .types(types)
  }

  /// The events among its own that are of these features.
  func narrowed(toFeatures features: [String]) -> EventFilter {
    .features(features, types: types)
  }

  /// The types it takes; empty = all.
  package var types: [String] {
    switch self {
    case .any: []
    case .types(let types), .features(_, let types): types
    }
  }

  /// The features it takes; empty = all, and events without one.
  package var features: [String] {
    if case .features(let features, _) = self { features } else { [] }
  }

  /// The same filter in one spelling: equal filters are one quantity.
  var sorted: EventFilter {
    switch self {
    case .any: self
    case .types(let types): .types(types.sorted())
    case .features(let features, let types): .features(features.sorted(), types: types.sorted())
    }
  }
}

extension Measure {
  /// The features it tells from others.
  var features: [String] {
    if case .featureShare(let features) = kind {
      filter.features + features
    } else {
      filter.features
    }
  }
}
