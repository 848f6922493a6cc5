import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth
import ThermoclineTestKit

@Suite struct PermutedAccountsTests {
  private func said(_ events: [TestEvent], _ profiles: [String: AccountProfile]) throws -> [Said] {
    let work = runner(try model(ProfileBook(profiles)))
    let output = OutputBatch()
    for batch in batches(events, of: 100) { work.process(batch, into: output) }
    work.advance(to: monday + .days(45), output)
    return output.said
  }

  @Test("permuting accounts changes nothing: what is said goes with events, not with names")
  func permuted() throws {
    var random = SeededGenerator(seed: 91)
    let events = history(accounts: 24, days: 42, seed: 90)
    let names = Set(events.map(\.account)).sorted()
    let shuffled = names.shuffled(using: &random)
    let renamed = Dictionary(uniqueKeysWithValues: zip(names, shuffled))
    let original = Dictionary(uniqueKeysWithValues: zip(shuffled, names))
    var profiles: [String: AccountProfile] = [:]
    for (n, name) in names.enumerated() {
      profiles[name] = AccountProfile()
      profiles[name]!.tier = n % 3 == 0 ? "enterprise" : "mid"
    }
    let others = events.map { event in
      var event = event
      event.account = renamed[event.account]!
      return event
    }
    let first = try said(events, profiles)
    let second = try said(
      others.shuffled(using: &random).sorted { $0.time < $1.time },
      Dictionary(uniqueKeysWithValues: profiles.map { (renamed[$0.key]!, $0.value) }))
    func told(_ said: [Said], _ name: (String) -> String) -> [String] {
      // Fingerprints are of the name.
      said.filter { !$0.isEarly }.map { one in
        let value = one.value.replacing(#""account":"\#(one.key)""#, with: "")
          .replacing(/"fingerprint":"\w+"/, with: "")
        return "\(one.at) \(one.stream) \(name(one.key)) \(value)"
      }.sorted()
    }
    let expected = told(first) { $0 }
    #expect(expected.contains { $0.contains(#""peers":{"#) })
    #expect(expected.contains { $0.contains(" alerts ") })
    #expect(told(second) { original[$0] ?? $0 } == expected)
  }
}
