package import ThermoclineCore
internal import ThermoclineWindows

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
  let feature: FeatureRule?
  /// False alarms the key contact's rules may raise for one account in one week.
  let rate: Double
  /// The same of the feature's rule.
  let featureRate: Double

  /// Whether there is a rule at all.
  package var isOn: Bool { hasUsers || hasFeatures }
  /// Whether users, or features, are looked at.
  package var hasUsers: Bool { contact != nil || single != nil }
  package var hasFeatures: Bool { feature != nil }

  /// Whose events the windows must count one by one.
  var tallies: Tallies {
    (hasUsers ? Tallies.users : []).union(hasFeatures ? .features : [])
  }
}
