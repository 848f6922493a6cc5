import ThermoclineCore
import ThermoclineHealth
import ThermoclineWindows

/// Looks at the users of a partition's accounts at midnight, and keeps their alerts.
struct PeopleWatch: ~Copyable {
  /// Whether the policy has a rule about people.
  let isOn: Bool
  private var judge: PeopleJudge
  private var table: PeopleTable
  private let hasUsers: Bool
  private let hasFeatures: Bool
  private var days = EntityDays()
  private var contacts: [UInt32] = []

  init(_ plan: PolicyPlan) {
    isOn = plan.people.isOn
    hasUsers = plan.people.hasUsers
    hasFeatures = plan.people.hasFeatures
    judge = PeopleJudge(plan)
    table = PeopleTable(plan)
  }

  /// Bytes held for the accounts.
  var bytes: Int { isOn ? table.bytes : 0 }

  /// Adds accounts without a past.
  mutating func extend(to count: Int) { if isOn { table.extend(to: count) } }

  /// Where each of the account's alerts stands.
  func forEachPhase(of account: UInt32, _ body: (AlertLifeCycle.Phase) -> Void) {
    if isOn { table.forEachPhase(of: account, body) }
  }

  /// The account has no past any more.
  mutating func reset(_ account: UInt32) { if isOn { table.reset(account) } }

  /// Looks at an account at midnight. Its alerts are judged after a day on which it had an event; who is gone is noted a
  /// weekend longer, for a fall may be told then.
  mutating func note(
    _ account: UInt32, _ reading: borrowing WindowReading, contacts names: [String], seats: Int,
    _ store: inout WindowStore, in day: inout PeopleDay
  ) {
    let silence = reading.at - reading.lastEvent
    guard isOn, silence <= .days(3) else { return }
    var finding = PeopleFinding()
    if hasUsers { finding = users(account, reading, contacts: names, seats: seats, &store) }
    if hasFeatures {
      store.readEntityDays(
        account, .features, since: reading.at - PeoplePlan.window, most: PeoplePlan.entitiesMax,
        into: &days)
      judge.features(days, at: reading.at, name: { store.name(ofEntity: $0) }, into: &finding)
    }
    day.note(account, finding, isJudged: silence <= .days(1))
  }

  private mutating func users(
    _ account: UInt32, _ reading: borrowing WindowReading, contacts names: [String], seats: Int,
    _ store: inout WindowStore
  ) -> PeopleFinding {
    store.readEntityDays(
      account, .users, since: reading.at - PeoplePlan.window, most: PeoplePlan.entitiesMax,
      into: &days)
    guard days.items.count > 0 else { return PeopleFinding() }
    contacts.removeAll(keepingCapacity: true)
    var isContactUnknown = false
    for name in names.prefix(PeoplePlan.contactsMax) {
      let number = store.user(named: name, of: account)
      let place = number.flatMap { number in
        (0..<UInt32(days.entities.count)).first { days.entities[$0].number == number }
      }
      if let place { contacts.append(place) } else { isContactUnknown = true }
    }
    return judge.finding(
      days, at: reading.at, contacts: contacts, isContactUnknown: isContactUnknown, seats: seats
    ) { store.name(ofEntity: $0) }
  }

  /// Passes over the account that comes next in its day: it was forgotten meanwhile.
  func skip(_ account: UInt32, of day: inout PeopleDay) { day.skip(account) }

  /// Judges the account that comes next in its day.
  mutating func judge(
    _ account: UInt32, of day: inout PeopleDay, at: EventTime,
    control: (String) -> AlertControl?, _ say: (PeopleChange) -> Void
  ) {
    if isOn { table.judge(account, of: &day, at: at, control: control, say) }
  }
}

extension PeopleWatch {
  func write(to state: inout StateWriter) { table.write(to: &state) }
  mutating func read(from state: inout StateReader) throws(StateError) {
    try table.read(from: &state)
  }
}
