import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth
import ThermoclineTestKit

@Suite struct PeopleWatchTests {
  /// Five working days a week: `contact` until a day, then perhaps `heir`; two colleagues all the time.
  private func events(until gone: Int64, heir: String?, back: Int64 = .max) -> [TestEvent] {
    var random = SeededGenerator(seed: 3)
    var events: [TestEvent] = []
    for d in 0..<Int64(90) where d % 7 < 5 {
      var users = ["second", "third", "second", "third"]
      if d < gone || d >= back { users += Array(repeating: "contact", count: 5) }
      if d >= gone, let heir { users += Array(repeating: heir, count: 5) }
      for user in users {
        let time = monday.milliseconds + d * day + Int64.random(in: 0..<day, using: &random)
        events.append(TestEvent(account: "acct", user: user, time: time))
      }
    }
    return events.sorted { ($0.time, $0.user) < ($1.time, $1.user) }
  }

  private func alerts(_ events: [TestEvent], contacts: [String], of size: Int = 64) throws -> [Said]
  {
    var profile = AccountProfile()
    profile.keyContacts = contacts
    let work = runner(try model(ProfileBook(["acct": profile])))
    let output = OutputBatch()
    for batch in batches(events, of: size) { work.process(batch, into: output) }
    work.advance(to: monday + .days(91), output)
    return output.said.filter { $0.stream == .alerts && $0.value.contains("key_contact") }
  }

  private func decoded(_ said: [Said]) throws -> [HealthAlert] {
    try said.map { try HealthAlertDecoder.decode(Array($0.value.utf8)) }
  }

  @Test("a silent key contact fires once, and is over when the contact is back")
  func silent() throws {
    let lasting = try decoded(
      alerts(events(until: 42, heir: nil), contacts: ["contact", "nobody"]))
    #expect(lasting.map(\.rule) == ["key_contact_silent"])
    let alert = try #require(lasting.first)
    #expect(alert.state == .firing && alert.user == "contact" && alert.startsAt == alert.at)
    #expect(alert.at >= monday + .days(50) && alert.at < monday + .days(60))
    let back = try decoded(alerts(events(until: 42, heir: nil, back: 63), contacts: ["contact"]))
    #expect(back.map(\.state) == [.firing, .recovering, .resolved])
    #expect(Set(back.map(\.fingerprint)).count == 1)
  }

  @Test("a leading user whom no profile names is replaced: key_contact_changed")
  func changed() throws {
    let found = try decoded(alerts(events(until: 42, heir: "heir"), contacts: []))
    #expect(found.first?.rule == "key_contact_changed" && found.first?.user == "contact")
    #expect(found.first?.summary.hasSuffix("heir took over") == true)
    // Nobody is missed once the windows know the heir only.
    #expect(found.map(\.state) == [.firing, .recovering, .resolved])
  }

  @Test("any order within the bound and any batches give the same alerts, byte for byte")
  func sameBytes() throws {
    let events = events(until: 42, heir: nil, back: 63)
    let a = try alerts(events, contacts: ["contact"])
    let b = try alerts(shuffled(events, bound: 50_000, seed: 8), contacts: ["contact"], of: 5)
    #expect(a.count == 3 && a == b)
  }
}
