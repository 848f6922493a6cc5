import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineDashboard

@Suite struct PortfolioPageTests {
  private func revenue(_ messages: Messages) async throws -> String {
    let store = try HistoryStore(path: nil, log: quiet, now: today)
    _ = try store.apply(messages.records)
    var page = ""
    try await serving(store) { page = try await get($0, "/").body }
    let tile = try #require(page.firstMatch(of: /<dt>Revenue at risk<\/dt><dd>(.*?)<\/dd>/))
    return String(tile.1).replacing(/<[^>]*>/, with: "|").replacing(/\s/, with: " ")
  }

  @Test("bands as people see them are told where they say another one")
  func overridden() async throws {
    var rollup = HealthRollup(segment: "portfolio", at: day(1), policy: "test@1")
    for overrides in [0, 2] {
      if overrides > 0 {
        rollup.overridden = [NamedCount(name: "red", count: overrides)]
        rollup.effectiveBands = [
          NamedCount(name: "red", count: 31), NamedCount(name: "green", count: 47),
        ]
      }
      var messages = Messages()
      messages.add(score("a", 10))
      messages.add(rollup)
      let store = try HistoryStore(path: nil, log: quiet, now: today)
      _ = try store.apply(messages.records)
      var page = ""
      try await serving(store) { page = try await get($0, "/").body }
      let text = page.replacing(/<[^>]*>/, with: "")
      let said = "People say another band of 2: with theirs red 31 green 47"
      #expect(text.contains(said) == (overrides > 0))
    }
  }

  @Test("revenue at risk is the last midnight's; without a midnight it is not known")
  func revenueAtRisk() async throws {
    var messages = Messages()
    messages.add(score("a", 10))
    #expect(try await revenue(messages) == Figure.none + "||")
    for number in [1, 2] {
      var rollup = HealthRollup(segment: "portfolio", at: day(number), policy: "test@1")
      rollup.revenue = Int64(number) * 1_000_000
      rollup.revenueAtRisk = Int64(number) * 123_400
      messages.add(rollup)
    }
    #expect(try await revenue(messages) == "2 468|of 20 000 a month|")
  }
}
