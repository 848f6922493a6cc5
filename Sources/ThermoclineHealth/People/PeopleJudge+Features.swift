package import ThermoclineCore
package import ThermoclineWindows

extension PeopleJudge {
  /// Adds what an account's features come to, judged as its key contacts are: of n days with an event of the account the
  /// feature was used on a, and then on none.
  package mutating func features(
    _ days: borrowing EntityDays, at: EventTime, name: (UInt32) -> String,
    into finding: inout PeopleFinding
  ) {
    guard let rule = plan.feature else { return }
    let today = Int32(at.milliseconds / TimeSpan.days(1).milliseconds)
    gather(days, today)
    guard days.items.count > 0 else { return }
    finding.lostFeature = lost(days, today, shareMin: rule.shareMin, name)
    var candidates: [(place: UInt32, until: Int, share: Double)] = []
    var isAway = false
    for place in 0..<UInt32(people.count) {
      guard let silent = silence(of: place, today) else { continue }
      let share = share(of: place, silent: silent)
      guard share >= rule.shareMin else { continue }
      candidates.append((place, Self.windowDays - silent, share))
      if silent >= rule.daysMin { isAway = true }
    }
    guard isAway else {
      finding[.featureAbandoned] = .clear
      return
    }
    var gone: (place: UInt32, feature: AbsentContact)?
    for (place, until, share) in candidates where Self.windowDays - until >= rule.daysMin {
      guard
        var feature = absent(
          place, rule.absence, plan.featureRate, until, share, tested: candidates.count),
        successor(of: place, takeover: rule.takeover, days, today, name) == nil
      else { continue }
      feature.name = name(days.entities[place].number)
      if let known = gone {
        // The order in which features were read depends on that in which their events came.
        let (a, b) = (people[place].events, people[known.place].events)
        if a < b || a == b && feature.name > known.feature.name { continue }
      }
      gone = (place, feature)
    }
    guard let gone else { return }
    finding[.featureAbandoned] = .evidence
    finding.feature = gone.feature
  }

  /// Whoever is away for some days and held most of the events until then.
  func lost(
    _ days: borrowing EntityDays, _ today: Int32, shareMin: Double, _ name: (UInt32) -> String
  ) -> LostShare? {
    var lost: LostShare?
    for place in 0..<UInt32(people.count) {
      guard let silent = silence(of: place, today), silent >= Self.lostDaysMin else { continue }
      let share = share(of: place, silent: silent)
      guard share >= shareMin, share >= lost?.share ?? 0 else { continue }
      let name = name(days.entities[place].number)
      if let lost, lost.share == share, lost.name < name { continue }
      lost = LostShare(name: name, share: share, silentDays: silent)
    }
    return lost
  }

  /// Days without an event after which somebody may be what a fall comes from.
  private static let lostDaysMin = 3

  /// Days since the last event; nil without an event in the window.
  private func silence(of place: UInt32, _ today: Int32) -> Int? {
    let last = people[place].last
    return last == .min ? nil : Int(today - 1 - last)
  }

  /// Part of all events up to its last day, 0…1.
  private func share(of place: UInt32, silent: Int) -> Double {
    let until = Self.windowDays - silent
    let events = (0..<until).reduce(0) { $0 + totals[$1] }
    return events > 0 ? Double(people[place].events) / Double(events) : 0
  }
}
