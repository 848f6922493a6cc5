/// How a parent account's score follows from its children.
package enum ParentRule: String, Sendable, CaseIterable {
  /// Mean of the children's scores, each weighing as its recurring revenue; where there is none, each the same.
  case revenueWeighted = "revenue_weighted"
  /// The lowest of the children's scores.
  case worstOf = "worst_of"
  /// The parent's own score, of its own events.
  case own
}
