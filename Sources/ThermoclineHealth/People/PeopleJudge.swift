package import ThermoclineCore
package import ThermoclineWindows

/// Looks at who makes up an account's activity: a pure function of the events each user had on each of the last 28 days.
/// O(users and days with an event).
package struct PeopleJudge: ~Copyable, Sendable {
  struct Person: BitwiseCopyable {
    var events = 0
    var activeDays: Int32 = 0
    /// Last day with an event.
    var last = Int32.min
    var isNamed = false
    /// Events since a day, for whoever is compared with another.
    var after = 0
  }

  let plan: PeoplePlan
  // Of the account that is being looked at.
  var people = Slab<Person>()
  /// Events with a user, by day of the window; 0 = the oldest.
  var totals = Slab<Int>()
  var weekly = Slab<Int>()

  package init(_ plan: PolicyPlan) { self.plan = plan.people }

  /// What an account's users come to at a midnight after a day on which it had an event.
  ///
  /// - Parameters:
  ///   - contacts: places of the profile's key contacts among the users that were read.
  ///   - isContactUnknown: a key contact of the profile is not among them.
  ///   - seats: licensed users; 0 = not known.
  ///   - name: the name of a user by number, asked for where one is to be said or two are alike.
  package mutating func finding(
    _ days: borrowing EntityDays, at: EventTime, contacts: [UInt32], isContactUnknown: Bool,
    seats: Int, name: (UInt32) -> String
  ) -> PeopleFinding {
    var finding = PeopleFinding()
    let today = Int32(at.milliseconds / TimeSpan.days(1).milliseconds)
    gather(days, today)
    guard days.items.count > 0 else { return finding }
    for place in contacts { people[place].isNamed = true }
    finding.lostUser = lost(days, today, shareMin: Self.lostShareMin, name)
    if let rule = plan.contact {
      judge(rule, days, today, contacts, isContactUnknown, name, &finding)
    }
    if let rule = plan.single { judge(rule, days, today, seats, name, &finding) }
    return finding
  }

  mutating func gather(_ days: borrowing EntityDays, _ today: Int32) {
    people.removeAll()
    people.append(repeating: Person(), count: days.entities.count)
    totals.removeAll()
    totals.append(repeating: 0, count: Self.windowDays)
    for i in 0..<days.items.count {
      let item = days.items[i]
      totals[Int(item.day - today) + Self.windowDays] += Int(item.events)
      people[item.place].events += Int(item.events)
      people[item.place].activeDays += 1
      people[item.place].last = item.day
    }
  }

  /// Share of the events from which on a user who is gone may be what a fall comes from.
  private static let lostShareMin = 0.15
  static let windowDays = Int(PeoplePlan.window.days)

  // MARK: one user holds nearly everything

  private mutating func judge(
    _ rule: SingleUserRule, _ days: borrowing EntityDays, _ today: Int32, _ seats: Int,
    _ name: (UInt32) -> String, _ finding: inout PeopleFinding
  ) {
    // With one user who is meant to be the only one there is nobody to depend on less.
    guard people.count > 1 || seats > 1 else {
      finding[.singleUser] = .clear
      return
    }
    // The leader of the last week; above a half there is no other.
    week(1, days, today)
    var leader = 0
    for i in 1..<people.count where weekly[i] > weekly[leader] { leader = i }
    var events = 0
    var total = 0
    var shareLeast = 1.0
    for back in 1...rule.weeks {
      if back > 1 { week(back, days, today) }
      let sum = self.total(ofWeek: back)
      // Too few to say: neither evidence nor its end.
      if Double(sum) < rule.volumeMin { return }
      let share = Double(weekly[leader]) / Double(sum)
      if back == 1, share < rule.clearLevel {
        finding[.singleUser] = .clear
        return
      }
      shareLeast = min(shareLeast, share)
      events += weekly[leader]
      total += sum
    }
    guard shareLeast >= rule.shareMin else { return }
    finding[.singleUser] = .evidence
    finding.leader = LeadingUser(
      name: name(days.entities[leader].number), share: Double(events) / Double(total),
      weeks: rule.weeks)
  }

  /// Counts the events of everyone in the week that ended `back` − 1 weeks ago.
  private mutating func week(_ back: Int, _ days: borrowing EntityDays, _ today: Int32) {
    weekly.removeAll()
    weekly.append(repeating: 0, count: people.count)
    let end = today - Int32(7 * (back - 1))
    for i in 0..<days.items.count {
      let item = days.items[i]
      if item.day >= end - 7, item.day < end { weekly[item.place] += Int(item.events) }
    }
  }

  private func total(ofWeek back: Int) -> Int {
    let end = Self.windowDays - 7 * (back - 1)
    return ((end - 7)..<end).reduce(0) { $0 + totals[$1] }
  }
}
