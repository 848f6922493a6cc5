package import ThermoclineCore

/// How the rules about people look at an account.
package struct PeoplePlan: Sendable {
  /// How far back they look; the windows know a user for as long.
  package static let window = TimeSpan.days(28)
  /// An account with more users and features in its windows does not hang on one person: it is not looked at.
  package static let entitiesMax = 10_000
  /// Key contacts of a profile that are looked at; those further down its list are not.
  package static let contactsMax = 16

  let contact: KeyContactRule?
  let single: SingleUserRule?
  /// False alarms the key contact's rules may raise for one account in one week.
  let rate: Double

  /// Whether there is a rule at all.
  package var isOn: Bool { contact != nil || single != nil }
}
