/// The rules about an account as a whole, in the order of their alerts.
package enum AccountRule: Int, Sendable, CaseIterable {
  case suddenStop, slowDecline, bandChange, quadrantChange, renewal, payment

  /// As alerts name it.
  package var name: String {
    switch self {
    case .suddenStop: "sudden_stop"
    case .slowDecline: "slow_decline"
    case .bandChange: "band_change"
    case .quadrantChange: "quadrant_change"
    case .renewal: "renewal_at_risk"
    case .payment: "payment_failed_while_healthy"
    }
  }

  /// Whether it is about a fall of activity, and not of the score, the contract or payments.
  package var isOfActivity: Bool { self == .suddenStop || self == .slowDecline }
}
