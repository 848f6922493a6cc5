import ThermoclineCore
import ThermoclineHealth
import ThermoclineWindows

/// Looks at the users of a partition's accounts at midnight, and keeps their alerts.
struct PeopleWatch: ~Copyable {
  /// Whether the policy has a rule about people.
  let isOn: Bool
  private var judge: PeopleJudge
  private var table: PeopleTable
  private var days = EntityDays()
  private var contacts: [UInt32] = []

  init(_ plan: PolicyPlan) {
    isOn = plan.people.isOn
    judge = PeopleJudge(plan)
    table = PeopleTable(plan)
  }

  /// Bytes held for the accounts.
  var bytes: Int { isOn ? table.bytes : 0 }

  /// Adds accounts without a past.
  mutating func extend(to count: Int) { if isOn { table.extend(to: count) } }

  /// The account has no past any more.
  mutating func reset(_ account: UInt32) { if isOn { table.reset(account) } }

  /// Looks at an account at midnight, after a day on which it had an event.
  mutating func note(
    _ account: UInt32, _ reading: borrowing WindowReading, contacts names: [String], seats: Int,
    _ store: inout WindowStore, in day: inout PeopleDay
  ) {
    guard isOn, reading.at - reading.lastEvent <= .days(1) else { return }
    store.readEntityDays(
      account, .users, since: reading.at - PeoplePlan.window, most: PeoplePlan.entitiesMax,
      into: &days)
    guard days.items.count > 0 else { return }
    contacts.removeAll(keepingCapacity: true)
    var isContactUnknown = false
    for name in names.prefix(PeoplePlan.contactsMax) {
      let number = store.user(named: name, of: account)
      let place = number.flatMap { number in
        (0..<UInt32(days.entities.count)).first { days.entities[$0].number == number }
      }
      if let place { contacts.append(place) } else { isContactUnknown = true }
    }
    let finding = judge.finding(
      days, at: reading.at, contacts: contacts, isContactUnknown: isContactUnknown, seats: seats
    ) { store.name(ofEntity: $0) }
    day.note(account, finding)
  }

  /// Passes over the account that comes next in its day: it was forgotten meanwhile.
  func skip(_ account: UInt32, of day: inout PeopleDay) { day.skip(account) }

  /// Judges the account that comes next in its day.
  mutating func judge(
    _ account: UInt32, of day: inout PeopleDay, at: EventTime, _ say: (PeopleChange) -> Void
  ) {
    if isOn { table.judge(account, of: &day, at: at, say) }
  }
}
