import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineDashboard

/// Names come from outside and may be anything. A page with them has the same tags as one with harmless names.
@Suite("Hostile names")
struct HostileNameTests {
  /// A history in which a name stands wherever a name may stand.
  private func store(_ name: String) throws -> HistoryStore {
    var messages = Messages()
    var one = score(name, 30)
    one.tier = name
    one.stage = name
    one.band = name
    one.trend = -3
    one.commitment = Points(10)
    one.temperature = Points(10)
    one.quadrant = .nurture
    one.summary = name
    one.override = ScoreOverride(
      band: name, reason: name, author: name, from: day(0), expires: day(9))
    one.measures = [
      MeasureReading(
        name: name, dimension: name, value: 1, expected: 2, subscore: Points(3), weight: 1,
        contribution: Points(30), change: Points(-1))
    ]
    one.measures[0].peers = PeerReading(group: name, accounts: 9, percentile: 50)
    messages.add(one)
    messages.add(one, .change)
    var fired = alert(name)
    fired.rule = name
    fired.user = name
    fired.summary = name
    fired.cause = AlertCause(verdict: name, parts: [AlertCause.Part(name: name, events: -3)])
    fired.control = AlertControl(.snooze, reason: name, author: name, from: day(0), expires: day(3))
    messages.add(fired)
    var usage = AccountUsage(account: name, at: day(0), policy: name, stage: name)
    usage.top = [AccountUsage.Feature(name: name, events: 3, days: 1, conversion: nil)]
    usage.converting = [AccountUsage.Feature(name: name, events: 3, days: 3, conversion: 1)]
    usage.funnel = [AccountUsage.Step(type: name, users: 2, conversion: nil)]
    messages.add(usage)
    let store = try HistoryStore(path: nil, log: quiet, now: today)
    let change = try store.apply(messages.records)
    #expect(change.broken == 0)
    return store
  }

  private func paths(_ name: String) -> [String] {
    let value = name.percentEncoded
    let pages = ["/", "/accounts", "/alerts", "/job"]
    // No client may send an address of 16 KiB.
    if value.utf8.count > 10_000 { return pages }
    return pages + [
      "/accounts?band=\(value)", "/accounts?tier=\(value)", "/account?id=\(value)",
    ]
  }

  @Test(arguments: hostileNames)
  func aPageHasNoTagOfAName(name: String) async throws {
    var expected: [[String]] = []
    try await serving(try store("harmless")) { port async throws in
      for path in paths("harmless") { expected.append(pageTags(try await get(port, path).body)) }
    }
    #expect(expected.allSatisfy { $0.count > 30 })
    try await serving(try store(name)) { port async throws in
      for (path, wanted) in zip(paths(name), expected) {
        let reply = try await get(port, path)
        #expect(reply.status == 200, "\(path)")
        #expect(pageTags(reply.body) == wanted, "\(path)")
        #expect(reply.body.utf8.count < 200_000)
        let hasHidden = pageText(reply.body).unicodeScalars.contains {
          [.format, .control].contains($0.properties.generalCategory) && $0 != "\n"
            || $0.properties.isDefaultIgnorableCodePoint
        }
        #expect(!hasHidden, "\(path) holds characters that nobody sees")
      }
    }
  }

  /// Longer ones are no accounts of a job's: its limit is 256 bytes.
  @Test(arguments: hostileNames.filter { $0.utf8.count <= 256 })
  func theListLeadsToTheAccount(name: String) async throws {
    try await serving(try store(name)) { port async throws in
      let list = try await get(port, "/accounts").body
      let link = try #require(list.firstMatch(of: /href="(\/account\?id=[^"]*)"/)).output.1
      let page = try await get(port, String(link).replacing("&amp;", with: "&"))
      #expect(page.status == 200)
      #expect(page.body.contains("What the score is made of"))
      let query = name.percentEncoded
      let found = try await get(port, "/api/v1/accounts?q=\(query)")
      let accounts = try #require(try json(found)["accounts"] as? [[String: Any]])
      #expect(accounts.map { $0["account"] as? String } == [name])
    }
  }

  @Test func whatCannotBeSeenIsShownAsItsCode() {
    #expect(ForeignName.visible("a\u{202E}b") == "a⟨202E⟩b")
    #expect(ForeignName.visible("\u{200B}") == "⟨200B⟩")
    #expect(ForeignName.visible("a\u{3164}\u{FE0F}") == "a⟨3164⟩⟨FE0F⟩")
    #expect(ForeignName.visible("") == "(empty)")
    #expect(ForeignName.visible("Ünïcode 名前") == "Ünïcode 名前")
    let long = ForeignName.visible(String(repeating: "x", count: 10_000))
    #expect(long.count == 97 && long.hasSuffix("…"))
  }

  @Test func markupIsEscapedUnlessItIsMarkup() {
    let name = "<b>&'\""
    let html: HTML = "<p title=\"\(name)\">\(HTML.each([1, 2]) { "<i>\($0)</i>" })</p>"
    #expect(html.text == "<p title=\"&lt;b&gt;&amp;&#39;&quot;\"><i>1</i><i>2</i></p>")
  }
}
