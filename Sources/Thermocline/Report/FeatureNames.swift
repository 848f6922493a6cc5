/// Which names of features a customer is shown, and how they are called there.
package struct FeatureNames: Sendable {
  /// Own words for a name.
  package var labels: [String: String]
  /// Never shown nor counted as features.
  package var hidden: Set<String>

  /// Event types that come without a feature and are none: they stand in the ranking under their type.
  package static let types: Set<String> = [
    "alias", "feature_click", "group", "identify", "login", "nps", "outcome", "page", "payment",
    "payment_failed", "screen", "session", "ticket_answered", "ticket_opened",
  ]

  package init(labels: [String: String] = [:], hidden: Set<String> = []) {
    self.labels = labels
    self.hidden = hidden.union(Self.types)
  }

  func isShown(_ name: String) -> Bool { !hidden.contains(name) }

  /// `api_keys` is called `Api keys`, unless there is a label.
  func label(_ name: String) -> String {
    if let label = labels[name] { return label }
    let words = name.replacing("_", with: " ")
    guard let first = words.first, first.isASCII else { return words }
    return first.uppercased() + words.dropFirst()
  }
}
