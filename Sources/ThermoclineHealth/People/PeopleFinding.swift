/// What the rules about people found of one account at one midnight.
package struct PeopleFinding: Sendable, Equatable {
  /// One for each of `PeopleRule.allCases`.
  package var findings: [AlertLifeCycle.Finding] = [.neither, .neither, .neither]
  /// The key contact who is gone, where that is evidence.
  package var contact: AbsentContact?
  /// Who holds nearly everything, where that is evidence.
  package var leader: LeadingUser?

  package subscript(rule: PeopleRule) -> AlertLifeCycle.Finding {
    get { findings[rule.rawValue] }
    set { findings[rule.rawValue] = newValue }
  }
}

/// The rules about people, in the order of their alerts.
package enum PeopleRule: Int, Sendable, CaseIterable {
  case contactSilent, contactChanged, singleUser

  /// As alerts name it.
  package var name: String {
    switch self {
    case .contactSilent: "key_contact_silent"
    case .contactChanged: "key_contact_changed"
    case .singleUser: "single_user_dependence"
    }
  }
}

/// A key contact who stays away while the account goes on.
package struct AbsentContact: Sendable, Equatable {
  package var name: String
  /// Whether the profile names the user.
  package var isNamed: Bool
  /// Whole days without an event of the user.
  package var silentDays: Int
  /// Days with an event of the user, of the account's active days up to the user's last.
  package var activeDays: Int
  package var knownDays: Int
  /// The user's share of the account's events until then, 0…1.
  package var share: Double
  /// Events the user would have had since, at the pace before.
  package var expected: Double
  /// 1 − the chance of staying away so long by accident.
  package var confidence: Double
  /// Who took over; nil = nobody.
  package var successor: String?
}

/// A user who holds nearly all of an account's events.
package struct LeadingUser: Sendable, Equatable {
  package var name: String
  /// Of all events of the weeks looked at, 0…1.
  package var share: Double
  package var weeks: Int
}
