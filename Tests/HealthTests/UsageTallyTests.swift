import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineHealth

@Suite struct UsageTallyTests {
  private func tally(_ features: [String]) -> UsageTally {
    var tally = UsageTally()
    for name in features {
      tally.add(name, UsageTally.Feature(accounts: 1, events: name.utf8.count, days: 1))
    }
    return tally
  }

  @Test("more features than are told apart: the first by name, with all their events, in any order")
  func bounded() {
    var random = SeededGenerator(seed: 3)
    let most = Limits.segmentFeaturesMax
    let names = (0..<(4 * most)).map { "feature \($0 * 7919 % 10_007)" }
    let uses = (0..<3).flatMap { _ in names }.shuffled(using: &random)
    let expected = Array(Set(names).sorted().prefix(most))
    let whole = tally(uses)
    #expect(whole.ranked.map(\.name) == expected)
    #expect(whole.ranked.allSatisfy { $0.feature.accounts == 3 })
    var parts = (0..<7).map { part in
      tally(uses.indices.filter { $0 % 7 == part }.map { uses[$0] })
    }
    parts.shuffle(using: &random)
    var merged = UsageTally()
    for part in parts { merged.merge(part) }
    #expect(merged == whole)
  }
}
