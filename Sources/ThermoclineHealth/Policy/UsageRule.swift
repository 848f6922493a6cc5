/// What to publish of how accounts use the product. Without it nothing is, and nothing is kept for it.
package struct UsageRule: Sendable, Equatable {
  /// Features in the ranking, 0…50.
  package var topFeatures: Int
  /// Event types that are a success for the customer; conversion looks for them.
  package var outcomes: [String]
  /// Days in which an outcome must come, that of the use included, 1…14.
  package var outcomeDays: Int
  /// Event types of the funnel's steps, in order, at most 8.
  package var funnel: [String]
  /// What an event of a type costs to serve, at most 16.
  package var costs: [UsageCost]

  package init(
    topFeatures: Int = 10, outcomes: [String] = ["outcome"], outcomeDays: Int = 3,
    funnel: [String] = [], costs: [UsageCost] = []
  ) {
    self.topFeatures = topFeatures
    self.outcomes = outcomes
    self.outcomeDays = outcomeDays
    self.funnel = funnel
    self.costs = costs
  }
}

/// What an event of a type costs to serve, in the currency of the revenue; ≥ 0.
package struct UsageCost: Sendable, Equatable {
  package var type: String
  package var cost: Double

  package init(_ type: String, _ cost: Double) {
    self.type = type
    self.cost = cost
  }
}
