import Foundation

@testable import ThermoclineHealth

/// The reference of the rules about people: keeps every event as (day, user) and goes by the definitions, slowly.
struct NaivePeople {
  var events: [(day: Int, user: String)]
  /// The midnight is the beginning of this day.
  var today: Int
  var contacts: [String]
  var seats: Int
  var contact: KeyContactRule
  var single: SingleUserRule
  /// False alarms an account may raise in a week.
  var rate: Double

  private var window: [(day: Int, user: String)] {
    events.filter { $0.day >= today - 28 && $0.day < today }
  }
  private var users: Set<String> { Set(window.map(\.user)) }
  private func days(of user: String? = nil) -> Set<Int> {
    Set(window.filter { user == nil || $0.user == user }.map(\.day))
  }

  var finding: PeopleFinding {
    var finding = PeopleFinding()
    guard !window.isEmpty else { return finding }
    var evidence: [(events: Int, contact: AbsentContact)] = []
    var isSomebodyAway = false
    for user in users {
      let last = days(of: user).max()!
      guard today - 1 - last >= contact.daysMin else { continue }
      let upTo = window.filter { $0.day <= last }
      let mine = upTo.filter { $0.user == user }.count
      let share = Double(mine) / Double(upTo.count)
      guard contacts.contains(user) || share >= contact.shareMin else { continue }
      isSomebodyAway = true
      if let absent = absent(user, last, share) { evidence.append((mine, absent)) }
    }
    evidence.sort { ($1.events, $0.contact.name) < ($0.events, $1.contact.name) }
    if let found = evidence.first?.contact {
      finding.contact = found
      finding[.contactSilent] = found.successor == nil ? .evidence : .clear
      finding[.contactChanged] = found.successor == nil ? .neither : .evidence
    } else {
      let isThere = contacts.contains { name in
        days(of: name).contains { $0 > today - 1 - contact.daysMin }
      }
      let isUnknown = contacts.contains { !users.contains($0) }
      let isUnclear = isSomebodyAway || isUnknown && !isThere
      finding[.contactSilent] = isUnclear ? .neither : .clear
      finding[.contactChanged] = isUnclear ? .neither : .clear
    }
    dependence(&finding)
    return finding
  }

  private func absent(_ user: String, _ last: Int, _ share: Double) -> AbsentContact? {
    let active = days(of: user).count
    guard active >= contact.activeDaysMin else { return nil }
    let begin = days().min()!
    let known = days().filter { $0 <= last }.count
    let missed = days().filter { $0 > last }.count
    let (before, after) = (Double(last - begin + 1), Double(today - 1 - last))
    let mine = Double(window.filter { $0.user == user }.count)
    let others = Double(window.filter { $0.day <= last && $0.user != user }.count) / before
    let since = Double(window.filter { $0.day > last }.count) / after
    guard since > 0, since >= contact.goesOnMin * others else { return nil }
    let (a, b) = (Double(active) + 0.5, Double(known - active) + 0.5)
    let s = Double(missed) / contact.runLength
    // B(a, b + s) ÷ B(a, b).
    let p = exp(lgamma(b + s) + lgamma(a + b) - lgamma(b) - lgamma(a + b + s))
    let looks =
      max(1, 7 * Double(active) / before) * Double(contacts.filter(users.contains).count + 1)
    guard p < rate / looks else { return nil }
    var successors: [(rise: Double, name: String)] = []
    for other in users where other != user {
      let then = Double(window.filter { $0.user == other && $0.day <= last }.count) / before
      let now = Double(window.filter { $0.user == other && $0.day > last }.count) / after
      // Compared after scaling: the quotients of equal rises may differ in the last bit.
      let rise = ((now - then) * before * after).rounded()
      if rise > 0, rise >= contact.takeover * mine * after - 1e-9 {
        successors.append((rise, other))
      }
    }
    successors.sort { ($1.rise, $0.name) < ($0.rise, $1.name) }
    return AbsentContact(
      name: user, isNamed: contacts.contains(user), silentDays: today - 1 - last,
      activeDays: active, knownDays: known, share: share, expected: mine / before * after,
      confidence: 1 - p, successor: successors.first?.name)
  }

  private func dependence(_ finding: inout PeopleFinding) {
    guard users.count > 1 || seats > 1 else {
      finding[.singleUser] = .clear
      return
    }
    func week(_ back: Int) -> [String] {
      window.filter { $0.day >= today - 7 * back && $0.day < today - 7 * (back - 1) }.map(\.user)
    }
    let counts = Dictionary(grouping: week(1), by: { $0 }).mapValues(\.count)
    let leader = counts.max { $0.value < $1.value }?.key ?? ""
    let shares = (1...single.weeks).map { back -> Double? in
      let all = week(back)
      if Double(all.count) < single.volumeMin { return nil }
      return Double(all.filter { $0 == leader }.count) / Double(all.count)
    }
    guard let newest = shares[0] else { return }
    if newest < single.clearLevel {
      finding[.singleUser] = .clear
      return
    }
    guard shares.allSatisfy({ ($0 ?? 0) >= single.shareMin }) else { return }
    finding[.singleUser] = .evidence
    let all = (1...single.weeks).flatMap(week)
    finding.leader = LeadingUser(
      name: leader, share: Double(all.filter { $0 == leader }.count) / Double(all.count),
      weeks: single.weeks)
  }
}
