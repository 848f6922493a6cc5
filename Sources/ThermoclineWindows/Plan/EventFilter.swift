/// Which events a quantity counts.
public enum EventFilter: Hashable, Sendable {
  case any
  /// Events of exactly these types; not empty.
  case types([String])
  /// Events of exactly these features, not empty, that are also of one of these types; no types = of any type. An
  /// event without a feature is of none.
  case features([String], types: [String])
}

extension EventFilter {
  /// Whether it takes an event of this type and feature; nil = the event names no feature, or none that a filter names.
  func matches(_ type: String, feature: String?) -> Bool {
    switch self {
    case .any: true
    case .types(let types): types.contains(type)
    case .features(let features, let types):
      feature.map(features.contains) == true && (types.isEmpty || types.contains(type))
    }
  }

  /// Whether it takes some event types and not others, and names this one.
  func names(_ type: String) -> Bool {
    switch self {
    case .any: false
    case .types(let types), .features(_, let types): types.contains(type)
    }
  }

  /// The features it tells from others.
  var features: [String] {
    if case .features(let features, _) = self { features } else { [] }
  }
}
