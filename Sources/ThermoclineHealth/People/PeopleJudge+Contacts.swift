internal import ThermoclineCore
internal import ThermoclineWindows

extension PeopleJudge {
  /// A key contact is gone.
  ///
  /// Of n days with an event of the account up to the user's last, the user was there on a; then came s days with events
  /// of others alone. The chance of that is judged as a silence is: s failures in a row under a Beta(a + ½, n − a + ½)
  /// belief, s being shortened because people stay away in runs. Days on which nobody was there say nothing.
  mutating func judge(
    _ rule: KeyContactRule, _ days: borrowing EntityDays, _ today: Int32, _ contacts: [UInt32],
    _ isContactUnknown: Bool, _ name: (UInt32) -> String, _ finding: inout PeopleFinding
  ) {
    var gone: (place: UInt32, contact: AbsentContact)?
    var isSomebodyAway = false
    var isNamedThere = false
    for place in 0..<UInt32(people.count) {
      let person = people[place]
      let silent = Int(today - 1 - person.last)
      guard silent >= rule.daysMin else {
        if person.isNamed { isNamedThere = true }
        continue
      }
      let until = Self.windowDays - silent
      let events = (0..<until).reduce(0) { $0 + totals[$1] }
      let share = Double(person.events) / Double(events)
      guard person.isNamed || share >= rule.shareMin else { continue }
      isSomebodyAway = true
      guard
        let contact = absent(
          place, rule.absence, plan.rate, until, share, tested: contacts.count + 1)
      else { continue }
      if let known = gone {
        let (a, b) = (person.events, people[known.place].events)
        // The order in which users were read depends on that in which their events came.
        if a < b || a == b && name(days.entities[place].number) > known.contact.name { continue }
      }
      var named = contact
      named.name = name(days.entities[place].number)
      gone = (place, named)
    }
    guard let (place, found) = gone else {
      // A contact of the profile whom no window knows any more is still gone, unless another of them is there.
      let isUnclear = isSomebodyAway || isContactUnknown && !isNamedThere
      finding[.contactSilent] = isUnclear ? .neither : .clear
      finding[.contactChanged] = isUnclear ? .neither : .clear
      return
    }
    var contact = found
    contact.successor = successor(of: place, takeover: rule.takeover, days, today, name)
    finding[.contactSilent] = contact.successor == nil ? .evidence : .clear
    finding[.contactChanged] = contact.successor == nil ? .neither : .evidence
    finding.contact = contact
  }

  /// The evidence that a user, or a feature, is gone, without names; nil when there is not enough. `rate`: false alarms in
  /// an account-week; `until`: days of the window up to the user's last; `tested`: how many are looked at.
  func absent(
    _ place: UInt32, _ rule: AbsenceRule, _ rate: Double, _ until: Int, _ share: Double,
    tested: Int
  ) -> AbsentContact? {
    let person = people[place]
    guard person.activeDays >= rule.activeDaysMin else { return nil }
    guard let begin = (0..<until).first(where: { totals[$0] > 0 }) else { return nil }
    let known = (begin..<until).count { totals[$0] > 0 }
    let missed = (until..<Self.windowDays).count { totals[$0] > 0 }
    let (spanBefore, spanAfter) = (Double(until - begin), Double(Self.windowDays - until))
    let before = (begin..<until).reduce(0) { $0 + totals[$1] } - person.events
    let after = (until..<Self.windowDays).reduce(0) { $0 + totals[$1] }
    guard after > 0, Double(after) / spanAfter >= rule.goesOnMin * Double(before) / spanBefore
    else { return nil }
    let a = Double(person.activeDays) + 0.5
    let b = Double(known - Int(person.activeDays)) + 0.5
    let p = AlertJudge.chance(of: Double(missed) / rule.runLength, a, b)
    // Each gap between the user's days is one look, and every key contact is looked at.
    let looksPerWeek = max(1, 7 * Double(person.activeDays) / spanBefore) * Double(tested)
    guard p < rate / looksPerWeek else { return nil }
    return AbsentContact(
      name: "", isNamed: person.isNamed, silentDays: Self.windowDays - until,
      activeDays: Int(person.activeDays), knownDays: known, share: share,
      expected: Double(person.events) / spanBefore * spanAfter, confidence: 1 - p)
  }

  /// Who rose, since the user's last day, by enough of what the user did a day; of several the one who rose most.
  mutating func successor(
    of gone: UInt32, takeover: Double, _ days: borrowing EntityDays,
    _ today: Int32, _ name: (UInt32) -> String
  ) -> String? {
    for place in 0..<people.count { people[place].after = 0 }
    let last = people[gone].last
    for i in 0..<days.items.count where days.items[i].day > last {
      people[days.items[i].place].after += Int(days.items[i].events)
    }
    let begin = days.items[0].day
    let (spanBefore, spanAfter) = (Int(last - begin + 1), Int(today - 1 - last))
    // Rises are compared as whole numbers: events a day × both spans.
    func rise(_ person: Person) -> Int {
      person.after * spanBefore - (person.events - person.after) * spanAfter
    }
    let pace = people[gone].events * spanAfter
    var best: (rise: Int, name: String)?
    for place in 0..<UInt32(people.count) where place != gone {
      let rise = rise(people[place])
      guard Double(rise) >= takeover * Double(pace), rise >= best?.rise ?? 1 else { continue }
      let name = name(days.entities[place].number)
      if let best, rise == best.rise, name > best.name { continue }
      best = (rise, name)
    }
    return best?.name
  }
}
