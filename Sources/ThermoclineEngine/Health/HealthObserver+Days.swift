import ThermoclineCodec
import ThermoclineCore
import ThermoclineHealth
import ThermoclineWindows

/// What a midnight notes of each account, for the day's verdicts.
extension HealthObserver {
  /// Notes what an account came to at the midnight under way.
  mutating func note(_ account: UInt32, _ store: inout WindowStore) {
    let today = self.today ?? WaitingDay(judge.begin(reading.at), DayTallies(model.plan))
    self.today = today
    let facts = profiles.facts[profile(of: account, &store)]
    let parent = facts.parent >= 0 ? profiles.texts[Int(facts.parent)] : nil
    let said = overrides.band(override(of: account, &store))
    today.tallies!.add(words(facts), parent: parent, facts, &sheet, said: said)
    if known.hasParents {
      let name = store.name(of: account)
      if known.isParent(name) { today.tallies!.note(parent: name, sheet.points) }
    }
    judge.note(account, generation: rows[account].generation, reading, in: &today.day, &alerts)
    if isAccountOn {
      accountJudge.note(
        reading, sheet, contractEnd: facts.contractEnd, &accounts.memories[account],
        in: &today.account)
    }
    guard people.isOn else { return }
    let profile = profile(of: account, &store)
    people.note(
      account, reading, contacts: profiles.contacts[Int(profile)],
      seats: profiles.facts[profile].seats, &store, in: &today.people)
  }

  /// Whether the policy has a rule about accounts as a whole.
  var isAccountOn: Bool { model.plan.account.isOn }

  /// Notes how an account used the product that day, and says it.
  mutating func noteUsage(
    _ account: UInt32, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    let facts = profiles.facts[profile(of: account, &store)]
    let words = words(facts)
    let part = usage.note(
      account, reading, stage: words.stageName(profiles), revenue: facts.revenue, &store, output)
    guard let part else { return }
    let parent = facts.parent >= 0 ? profiles.texts[Int(facts.parent)] : nil
    today?.tallies?.add(words, parent: parent, part)
  }

  /// What a day's accounts are evidence of, by segment.
  mutating func evidence(
    _ day: WaitingDay, _ store: inout WindowStore
  ) -> AlertEvidence {
    var evidence = judge.evidence()
    // Places of the industries' segments; −1 = not there yet.
    var places: [Int] = []
    for row in 0..<day.day.count {
      let industry = industry(of: day.day.account(row), &store)
      while places.count <= industry { places.append(-1) }
      if places[industry] < 0 { places[industry] = evidence.place(profiles.texts[industry]) }
      judge.tell(row, of: day.day, segment: places[industry], &evidence)
    }
    return evidence
  }

  /// Place of the account's industry among the register's texts.
  mutating func industry(of account: UInt32, _ store: inout WindowStore) -> Int {
    Int(profiles.facts[profile(of: account, &store)].industry)
  }
}
