import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineDashboard

/// Lists of accounts against plain Swift over the same scores.
@Suite("Queries of accounts")
struct AccountQueryTests {
  private let scores: [HealthScore]
  private let store: HistoryStore

  init() throws {
    var random = SeededGenerator(seed: 41)
    let odd = ["%", "_", "\\", "'", "%\u{301}x", "ß", "İ", "😀", "50%_off"]
    var messages = Messages()
    var scores: [HealthScore] = []
    for number in 0..<240 {
      let name = number < odd.count ? odd[number] : "Acct-\(number * 7_919 % 1_000)-\(number)"
      // Few different values: ties are common.
      let points =
        Bool.random(using: &random) ? Double(Int.random(in: 0...8, using: &random)) * 12 : nil
      var one = score(name, points, day: Int.random(in: 0..<5, using: &random))
      one.trend = points == nil ? nil : Double(Int.random(in: -3...3, using: &random))
      one.change = points == nil ? nil : Points(Double(Int.random(in: -3...3, using: &random)))
      one.revenue = Double(Int.random(in: 0...4, using: &random)) * 100
      one.quadrant = Quadrant.allCases.randomElement(using: &random)
      one.tier = ["", "mid", "small"].randomElement(using: &random)!
      one.stage = ["active", "onboarding"].randomElement(using: &random)!
      scores.append(one)
      messages.add(one)
    }
    self.scores = scores
    store = try HistoryStore(path: nil, log: quiet, now: today)
    _ = try store.apply(messages.records)
  }

  /// What is wanted, without SQL.
  private func expected(_ query: AccountQuery) -> [String] {
    func fits(_ wanted: String?, _ value: String?) -> Bool {
      guard let wanted else { return true }
      return wanted == "none" ? (value ?? "").isEmpty || value == "none" : value == wanted
    }
    let found = scores.filter { score in
      fits(query.band, score.band) && fits(query.quadrant, score.quadrant?.rawValue)
        && fits(query.tier, score.tier) && fits(query.stage, score.stage)
        && query.text.map { lowered(score.account).contains(lowered($0)) } ?? true
    }
    func value(_ score: HealthScore) -> Double? {
      switch query.sort {
      case .score: score.score?.value
      case .trend: score.trend
      case .change: score.change?.value
      case .revenue: score.revenue
      case .at: Double(score.at.milliseconds)
      case .account: 0
      }
    }
    return found.sorted { a, b in
      let (x, y) = (value(a), value(b))
      if (x == nil) != (y == nil) { return y == nil }
      if let x, let y, x != y { return query.isDescending ? x > y : x < y }
      let isBefore = Array(a.account.utf8).lexicographicallyPrecedes(Array(b.account.utf8))
      return query.isDescending ? !isBefore : isBefore
    }.map(\.account)
  }

  /// As bytes: Swift's own comparison takes accents and letters together.
  private func lowered(_ text: String) -> ArraySlice<UInt8> {
    text.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }[...]
  }

  private func pages(_ query: AccountQuery) async throws -> [String] {
    var query = query
    var all: [String] = []
    while true {
      let page = try await store.accounts(query)
      #expect(page.rows.count == min(query.limit, page.total - query.offset))
      all += page.rows.map(\.id)
      query.offset += query.limit
      guard query.offset < page.total else { return all }
    }
  }

  @Test(arguments: AccountQuery.Sort.allCases, [false, true])
  func pagesInARowAreTheWholeInOrder(sort: AccountQuery.Sort, isDescending: Bool) async throws {
    var query = AccountQuery()
    query.sort = sort
    query.isDescending = isDescending
    query.limit = 37
    #expect(try await pages(query) == expected(query))
  }

  @Test func filtersAlone() async throws {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<60 {
      var query = AccountQuery()
      query.band = [nil, "red", "green", "none", "blue"].randomElement(using: &random)!
      query.quadrant = [nil, "costly", "none"].randomElement(using: &random)!
      query.tier = [nil, "mid", "none"].randomElement(using: &random)!
      query.stage = [nil, "active"].randomElement(using: &random)!
      query.sort = AccountQuery.Sort.allCases.randomElement(using: &random)!
      query.limit = 50
      #expect(try await pages(query) == expected(query), "\(query)")
    }
  }

  @Test(arguments: [
    "%", "_", "\\", "'", "acct-1", "ACCT", "%\u{301}", "ß", "i", "50%_", "\\%", "' OR 1=1 --", "😀",
    "",
  ])
  func textIsLookedForAsItIs(text: String) async throws {
    var query = AccountQuery()
    query.text = text
    query.limit = 500
    #expect(try await pages(query) == expected(query))
  }

  @Test func aRequestsQueryIsReadOrRefused() throws {
    let query = try AccountQuery([
      ("band", "red"), ("q", "x y"), ("sort", "revenue"), ("order", "desc"), ("limit", "10"),
      ("offset", "20"), ("utm", "1"), ("tier", ""),
    ])
    #expect(query.band == "red" && query.text == "x y" && query.sort == .revenue)
    #expect(query.isDescending && query.limit == 10 && query.offset == 20 && query.tier == nil)
    for wrong in [
      ("sort", "id; DROP TABLE account"), ("order", "up"), ("limit", "0"), ("limit", "501"),
      ("offset", "-1"), ("limit", "ten"), ("limit", ""), ("sort", ""),
    ] {
      #expect(throws: WrongQuery.self) { try AccountQuery([wrong]) }
    }
  }
}
