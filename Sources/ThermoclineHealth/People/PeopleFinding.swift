internal import ThermoclineCore

/// What the rules about people found of one account at one midnight.
package struct PeopleFinding: Sendable, Equatable {
  /// One for each of `PeopleRule.allCases`.
  package var findings: [AlertLifeCycle.Finding] = Array(
    repeating: .neither, count: PeopleRule.allCases.count)
  /// The key contact who is gone, where that is evidence.
  package var contact: AbsentContact?
  /// Who holds nearly everything, where that is evidence.
  package var leader: LeadingUser?
  /// The feature that is not used any more, where that is evidence; `successor` is nil.
  package var feature: AbsentContact?
  /// Who, and which feature, held most of the use of all that are gone now, evidence or not: what a fall may come from.
  package var lostUser: LostShare?
  package var lostFeature: LostShare?

  /// Nothing was found.
  package init() {}

  package subscript(rule: PeopleRule) -> AlertLifeCycle.Finding {
    get { findings[rule.rawValue] }
    set { findings[rule.rawValue] = newValue }
  }
}

/// The rules about people, in the order of their alerts.
package enum PeopleRule: Int, Sendable, CaseIterable {
  case contactSilent, contactChanged, singleUser, featureAbandoned

  /// As alerts name it.
  package var name: String {
    switch self {
    case .contactSilent: "key_contact_silent"
    case .contactChanged: "key_contact_changed"
    case .singleUser: "single_user_dependence"
    case .featureAbandoned: "feature_abandoned"
    }
  }
}

/// A key contact who stays away, or a feature that is not used, while the account goes on.
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

/// A user, or a feature, that is gone for now.
package struct LostShare: Sendable, Equatable {
  package var name: String
  /// Of the account's events until then, 0…1.
  package var share: Double
  /// Whole days without an event of it.
  package var silentDays: Int

  /// Whether most of a fall by this share over a window is what is missing here.
  func explains(fall: Double, over window: TimeSpan) -> Bool {
    let missing = share * min(Double(silentDays) / window.days, 1)
    return missing >= DropCause.clearShare * fall
  }
}

/// A user who holds nearly all of an account's events.
package struct LeadingUser: Sendable, Equatable {
  package var name: String
  /// Of all events of the weeks looked at, 0…1.
  package var share: Double
  package var weeks: Int
}
