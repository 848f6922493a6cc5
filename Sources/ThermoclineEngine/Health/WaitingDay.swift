import ThermoclineCore
import ThermoclineHealth

/// A day's accounts until it is judged.
final class WaitingDay {
  var day: AlertDay
  var people = PeopleDay()
  var account = AccountDay()
  /// An earlier run has judged it and published what it came to.
  var isSaid = false

  /// What they came to, until it is told.
  var tallies: DayTallies?

  init(_ day: consuming AlertDay, _ tallies: DayTallies) {
    self.day = day
    self.tallies = tallies
  }

  /// Bytes held.
  var bytes: Int { day.bytes + people.bytes + account.bytes }
}
