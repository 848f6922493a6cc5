import ThermoclineCore
import ThermoclineHealth

/// The state changes of one account's alerts on a day, of all rules.
struct AccountChanges {
  var alerts: [AlertChange] = []
  var people: [PeopleChange] = []
  var account: [AccountChange] = []

  var isEmpty: Bool { alerts.isEmpty && people.isEmpty && account.isEmpty }

  var steps: [AlertStep] { alerts.map(\.step) + people.map(\.step) + account.map(\.step) }

  /// The alerts they are published as; none are left.
  mutating func take(
    _ writer: AlertWriter, account name: String, profile: AccountProfile, firstEvent: EventTime
  ) -> [HealthAlert] {
    let taken =
      alerts.map { writer.alert($0, account: name, profile: profile, firstEvent: firstEvent) }
      + people.map { writer.alert($0, account: name, profile: profile, firstEvent: firstEvent) }
      + account.map { writer.alert($0, account: name, profile: profile, firstEvent: firstEvent) }
    alerts.removeAll(keepingCapacity: true)
    people.removeAll(keepingCapacity: true)
    account.removeAll(keepingCapacity: true)
    return taken
  }
}
