internal import ThermoclineCore

/// How the rules about an account as a whole look at it.
package struct AccountPlan: Sendable {
  let stop: SuddenStopRule?
  let decline: SlowDeclineRule?
  let bands: ChangeRule?
  let quadrants: ChangeRule?
  let renewal: RenewalRule?
  let payment: PaymentRule?
  /// Places of failed payments among the quantities; −1 = there is no such rule.
  let failures: Int
  /// False alarms the stop may raise for one account in one week.
  let rate: Double
  let renewalNear: TimeSpan
  /// Place of the highest band.
  let highest: UInt8

  /// Those that are applied.
  package var rules: [AccountRule] {
    AccountRule.allCases.filter { rule in
      switch rule {
      case .suddenStop: stop != nil
      case .slowDecline: decline != nil
      case .bandChange: bands != nil
      case .quadrantChange: quadrants != nil
      case .renewal: renewal != nil
      case .payment: payment != nil
      }
    }
  }

  /// Whether there is a rule at all. Asked for every new account, so it makes no list of them.
  package var isOn: Bool {
    stop != nil || decline != nil || bands != nil || quadrants != nil || renewal != nil
      || payment != nil
  }
}
