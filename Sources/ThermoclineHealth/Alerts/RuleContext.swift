/// What is known of the others at a tick under one drop rule.
package struct RuleContext: Sendable, Equatable {
  /// Median of value ÷ expected among the account's peers, one for each of the rule's spans; nil where
  /// too few peers had one.
  package var peerRatios: [Double?]
  /// What the peers' weeks let believe of an account's dispersion; nil with too few.
  package var prior: DispersionPrior?
  /// p below which a span is evidence; nil = the rule's own threshold.
  package var threshold: Double?
  /// The events the rule counts are being lost: no account is judged by it.
  package var isHeld: Bool

  package init(
    peerRatios: [Double?] = [], prior: DispersionPrior? = nil, threshold: Double? = nil,
    isHeld: Bool = false
  ) {
    self.peerRatios = peerRatios
    self.prior = prior
    self.threshold = threshold
    self.isHeld = isHeld
  }

  /// Alone in the world.
  static let none = RuleContext()

  /// Peers that fell by less did not: a median of few accounts is off by so much by chance.
  static let unmoved = 0.95

  /// What a peer's share of the expected is, 0…1: peers that rise raise no expectations.
  func factor(span: Int) -> Double {
    guard span < peerRatios.count, let ratio = peerRatios[span] else { return 1 }
    return ratio >= Self.unmoved ? 1 : max(ratio, 0)
  }
}
