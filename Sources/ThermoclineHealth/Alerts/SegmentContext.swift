/// What is known of the others at a tick, for an account to be judged in that light.
package struct SegmentContext: Sendable, Equatable {
  /// Median of value ÷ expected among the account's peers this week, one for each drop rule; nil
  /// where too few peers had one.
  package var peerRatios: [Double?]
  /// Many accounts stopped at once: tracking is down, no account is judged.
  package var isOutageSuspected: Bool

  package init(peerRatios: [Double?] = [], isOutageSuspected: Bool = false) {
    self.peerRatios = peerRatios
    self.isOutageSuspected = isOutageSuspected
  }

  /// What a peer's share of the expected is, 0…1: peers that rise raise no expectations.
  func factor(rule: Int) -> Double {
    guard rule < peerRatios.count, let ratio = peerRatios[rule] else { return 1 }
    return min(max(ratio, 0), 1)
  }
}
