import ThermoclineCore

@testable import ThermoclineHealth

/// Alerts whose causes are rare in a small population, by the writer that gives all alerts their names.
enum RareAlerts {
  private static let at = EventTime(year: 2026, month: 1, day: 6)
  private static let writer = AlertWriter(PolicyPlan(.standard))

  static var all: [HealthAlert] {
    outages + PeopleRule.allCases.map { aboutPeople($0, nil) }
      + [aboutPeople(.contactSilent, acknowledged), over]
  }

  private static var outages: [HealthAlert] {
    [(rule: OutageWatch.everything, isOver: false), (rule: 1, isOver: true)].map {
      writer.alert(
        OutageChange(
          rule: $0.rule, isOver: $0.isOver, at: at, startsAt: at - .days(1), value: 120,
          expected: $0.isOver ? nil : 4_000))
    }
  }

  /// To the end of the alert.
  private static let acknowledged = AlertControl(
    .acknowledge, reason: "on holiday", author: "ana", from: at, expires: nil)

  /// It names nobody any more.
  private static var over: HealthAlert {
    let step = AlertStep(
      state: .resolved, action: .resolve, at: at, startsAt: at - .days(9), control: nil,
      before: .firing, phase: .quiet)
    return alert(PeopleChange(rule: .contactSilent, step: step, evidence: nil))
  }

  private static func aboutPeople(_ rule: PeopleRule, _ control: AlertControl?) -> HealthAlert {
    let gone = AbsentContact(
      name: "u-7", isNamed: true, silentDays: 12, activeDays: 14, knownDays: 16, share: 0.4,
      expected: 38.5, confidence: 0.9991, successor: rule == .contactChanged ? "u-9" : nil)
    var finding = PeopleFinding()
    finding.contact = gone
    finding.feature = gone
    finding.leader = LeadingUser(name: "u-1", share: 0.92, weeks: 4)
    let step = AlertStep(
      state: .firing, action: .fire, at: at, startsAt: at, control: control, before: .quiet,
      phase: .firing)
    return alert(PeopleChange(rule: rule, step: step, evidence: finding))
  }

  private static func alert(_ change: PeopleChange) -> HealthAlert {
    writer.alert(change, account: "a", profile: AccountProfile(), firstEvent: at - .days(90))
  }
}
