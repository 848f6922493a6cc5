import Testing
import ThermoclineCore
import ThermoclineTestKit
import ThermoclineWindows

@testable import ThermoclineHealth

private typealias Act = (day: Int, user: String)

@Suite struct PeopleJudgeTests {
  private let today = 20_000

  private func plan(
    _ contact: KeyContactRule? = KeyContactRule(), _ single: SingleUserRule? = SingleUserRule()
  ) -> PolicyPlan {
    var policy = Policy.standard
    policy.alerts.keyContact = contact
    policy.alerts.singleUser = single
    policy.alerts.feature = nil
    return PolicyPlan(policy)
  }

  /// Reads events as the windows would: by day, in the given order of users within one.
  private func finding(
    _ plan: PolicyPlan, _ events: [Act], contacts: [String] = [], seats: Int = 0
  ) -> PeopleFinding {
    var days = EntityDays()
    var names: [String] = []
    for day in (today - 28)..<today {
      let mine = events.filter { $0.day == day }.map(\.user)
      var seen: [String] = []
      for user in mine where !seen.contains(user) {
        seen.append(user)
        if !names.contains(user) {
          names.append(user)
          days.entities.append(EntityDays.Entity(number: UInt32(names.count - 1), first: 0))
        }
        days.items.append(
          EntityDays.Item(
            day: Int32(day), place: UInt32(names.firstIndex(of: user)!),
            events: UInt32(mine.count { $0 == user })))
      }
    }
    var judge = PeopleJudge(plan)
    return judge.finding(
      days, at: EventTime(milliseconds: Int64(today) * 86_400_000),
      contacts: contacts.compactMap { names.firstIndex(of: $0).map(UInt32.init) },
      isContactUnknown: contacts.contains { !names.contains($0) }, seats: seats
    ) { names[Int($0)] }
  }

  /// So many events of a user on each working day of a span that ends before today.
  private func acts(_ user: String, _ days: Range<Int>, perDay: Int = 3) -> [Act] {
    days.filter { ($0 + 28) % 7 < 5 }.flatMap { day in (0..<perDay).map { _ in (today + day, user) }
    }
  }

  @Test("a key contact of the profile is silent while the others go on: key_contact_silent")
  func keyContactSilent() throws {
    let others = acts("b", -28..<0) + acts("c", -28..<0)
    let found = finding(plan(), acts("a", -28 ..< -12, perDay: 1) + others, contacts: ["a"])
    #expect(found[.contactSilent] == .evidence && found[.contactChanged] == .neither)
    let contact = try #require(found.contact)
    #expect(contact.name == "a" && contact.isNamed && contact.successor == nil)
    #expect(contact.silentDays >= 12 && contact.activeDays == contact.knownDays)
    // Unnamed, with a seventh of the events, it is nobody in particular.
    #expect(
      finding(plan(), acts("a", -28 ..< -12, perDay: 1) + others)[.contactSilent] == .clear)
    // A large share makes a key contact of it.
    #expect(
      finding(plan(), acts("a", -28 ..< -12, perDay: 3) + others)[.contactSilent] == .evidence)
  }

  @Test("another user takes over from the leading one: key_contact_changed")
  func keyContactChanged() throws {
    let found = finding(
      plan(),
      acts("a", -28 ..< -12, perDay: 5) + acts("b", -28..<0, perDay: 2)
        + acts("new", -12..<0, perDay: 4))
    #expect(found[.contactChanged] == .evidence && found[.contactSilent] == .clear)
    #expect(found.contact?.name == "a" && found.contact?.successor == "new")
  }

  @Test("a contact who is away with everybody else, or for a week only, is no evidence")
  func noEvidence() {
    let everybody = acts("a", -28 ..< -12) + acts("b", -28 ..< -12)
    #expect(finding(plan(), everybody, contacts: ["a"])[.contactSilent] == .neither)
    let week = acts("a", -28 ..< -9) + acts("b", -28..<0)
    #expect(finding(plan(), week, contacts: ["a"])[.contactSilent] == .clear)
    // Nobody has seen the contact for 28 days: not clear, unless another contact is there.
    let gone = acts("b", -28..<0)
    #expect(finding(plan(), gone, contacts: ["a"])[.contactSilent] == .neither)
    #expect(finding(plan(), gone, contacts: ["a", "b"])[.contactSilent] == .clear)
  }

  @Test("one user holds nearly all events for weeks: single_user_dependence")
  func singleUserDependence() throws {
    let alone = acts("a", -28..<0, perDay: 12)
    #expect(
      finding(plan(), alone)[.singleUser] == .clear, "the only user, meant to be the only one")
    #expect(finding(plan(), alone, seats: 5)[.singleUser] == .evidence)
    let two = finding(plan(), alone + acts("b", -28..<0, perDay: 2))
    #expect(two[.singleUser] == .evidence)
    let leader = try #require(two.leader)
    #expect(leader.name == "a" && abs(leader.share - 12.0 / 14) < 1e-12 && leader.weeks == 4)
    // Between the levels nothing changes; below the lower one it is over.
    #expect(finding(plan(), alone + acts("b", -28..<0, perDay: 4))[.singleUser] == .neither)
    #expect(finding(plan(), alone + acts("b", -7..<0, perDay: 9))[.singleUser] == .clear)
    #expect(
      finding(plan(), acts("a", -28..<0) + acts("b", -5..<0, perDay: 1))[.singleUser] == .neither)
  }

  @Test("random accounts are judged as the naive reference judges them")
  func naive() {
    var seen: [PeopleRule: Int] = [:]
    for seed in 0..<40 {
      for found in naive(seed: UInt64(seed)) {
        for rule in PeopleRule.allCases where found[rule] == .evidence {
          seen[rule, default: 0] += 1
        }
      }
    }
    // Features are judged apart, by their own events.
    for rule in PeopleRule.allCases where rule != .featureAbandoned {
      #expect(seen[rule, default: 0] > 5, "\(rule.name)")
    }
  }

  private func naive(seed: UInt64) -> [PeopleFinding] {
    var all: [PeopleFinding] = []
    var random = SeededGenerator(seed: 4_000 + seed)
    var policy = Policy.standard
    policy.alerts.budget = [5, 1_000][Int(seed % 2)]
    policy.alerts.keyContact = KeyContactRule(
      shareMin: [0.1, 0.3][Int(seed / 2 % 2)], daysMin: 2 + Int(seed % 5), activeDaysMin: 3)
    policy.alerts.singleUser = SingleUserRule(
      shareMin: 0.6, clearLevel: 0.5, weeks: 1 + Int(seed % 4), volumeMin: 6)
    let plan = PolicyPlan(policy)
    for _ in 0..<12 {
      // Users who come and go; weekends now and then.
      var events: [Act] = []
      let users = ["a", "b", "c", "d"].prefix(Int.random(in: 1...4, using: &random))
      for user in users {
        let from = Int.random(in: -34 ... -5, using: &random)
        let to = Bool.random(using: &random) ? 0 : Int.random(in: from...0, using: &random)
        for day in from..<max(to, from + 1) where Int.random(in: 0..<4, using: &random) > 0 {
          for _ in 0..<Int.random(in: 1...6, using: &random) { events.append((today + day, user)) }
        }
      }
      events.removeAll { $0.day % 7 >= 5 }
      let contacts = ["a", "x", "b"].filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
      let seats = Int.random(in: 0...3, using: &random)
      let naive = NaivePeople(
        events: events, today: today, contacts: contacts, seats: seats,
        contact: policy.alerts.keyContact!, single: policy.alerts.singleUser!,
        rate: plan.people.rate
      ).finding
      let found = finding(plan, events, contacts: contacts, seats: seats)
      let again = finding(
        plan, events.shuffled(using: &random), contacts: contacts, seats: seats)
      #expect(found == again, "seed \(seed): the order of users says nothing")
      #expect(found.findings == naive.findings, "seed \(seed): \(found), not \(naive)")
      #expect(found.leader == naive.leader)
      expectSame(found.contact, naive.contact, seed)
      all.append(found)
    }
    return all
  }

  private func expectSame(_ one: AbsentContact?, _ other: AbsentContact?, _ seed: UInt64) {
    guard var one, let other else { return #expect(one == other, "seed \(seed)") }
    #expect(
      abs(one.expected - other.expected) < 1e-9 && abs(one.confidence - other.confidence) < 1e-9)
    one.expected = other.expected
    one.confidence = other.confidence
    #expect(one == other, "seed \(seed)")
  }

  @Test("shares, spans and levels outside their ranges are named")
  func validation() {
    var policy = Policy.standard
    policy.alerts.keyContact = KeyContactRule(shareMin: 0, daysMin: 1, activeDaysMin: 1, share: 0)
    policy.alerts.singleUser = SingleUserRule(
      shareMin: 0.5, clearLevel: 0.9, weeks: 5, volumeMin: 0)
    let paths = policy.validate().map(\.path)
    for key in [
      "key_contact.share_min", "key_contact.days_min", "key_contact.active_days_min",
      "key_contact.share", "single_user.share_min", "single_user.clear_level", "single_user.weeks",
      "single_user.volume_min",
    ] {
      #expect(paths.contains("alerts.\(key)"))
    }
    #expect(plan(nil, nil).tallies == [] && plan(nil).tallies == .users)
  }

  @Test("the alert names who, since when and who follows")
  func alert() throws {
    let plan = plan()
    let found = finding(
      plan, acts("a", -28 ..< -12, perDay: 5) + acts("new", -12..<0, perDay: 4), contacts: ["a"])
    var day = PeopleDay()
    day.note(3, found)
    var table = PeopleTable(plan)
    table.extend(to: 4)
    var changes: [PeopleChange] = []
    let at = EventTime(milliseconds: Int64(today) * 86_400_000)
    table.judge(2, of: &day, at: at) { changes.append($0) }
    #expect(changes.isEmpty, "another account")
    table.judge(3, of: &day, at: at) { changes.append($0) }
    #expect(changes.count == 1)
    var profile = AccountProfile()
    profile.revenue = 20_000
    let alert = AlertWriter(plan).alert(
      try #require(changes.first), account: "acct", profile: profile, firstEvent: at - .days(90))
    #expect(alert.rule == "key_contact_changed" && alert.state == .firing && alert.user == "a")
    #expect(alert.severity == .critical && alert.value == 0 && alert.startsAt == at)
    #expect(
      alert.summary.hasPrefix("key contact a, 100 % of the events before, has been away for "))
    #expect(alert.summary.hasSuffix("the account goes on, new took over"))
    #expect(alert.fingerprint == alertFingerprint(rule: "key_contact_changed", account: "acct"))
    // Back again: three days in a row end it.
    for i in 1...3 as ClosedRange<Int64> {
      var next = PeopleDay()
      next.note(3, finding(plan, acts("a", -28..<0) + acts("new", -28..<0), contacts: ["a"]))
      table.judge(3, of: &next, at: at + .days(i)) { changes.append($0) }
    }
    #expect(changes.map(\.step.action) == [.fire, .recover, .resolve])
  }
}
