import ThermoclineCore

/// What a book holds of an account.
package protocol AccountValue: Sendable {
  /// The account that it names as its account's parent; nil without one.
  var parent: String? { get }
}

extension AccountValue {
  package var parent: String? { nil }
}

extension AccountProfile: AccountValue {}
extension ScoreOverride: AccountValue {}
extension AlertControl: AccountValue {}
