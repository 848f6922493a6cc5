import Testing
import ThermoclineCore
import ThermoclineHealth
import ThermoclineTestKit
import ThermoclineWindows

@testable import Thermocline

/// Alerts over input and policies that nobody would choose.
@Suite struct AlertBadInputTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Ten weeks of accounts with twelve events a day each; those of `stopping` have none in the last two.
  private func events(accounts: Int, stopping: Range<Int>) -> [TestEvent] {
    (0..<Int64(70)).flatMap { d in
      (0..<accounts).flatMap { account -> [TestEvent] in
        if stopping.contains(account), d >= 56 { return [] }
        return (0..<Int64(12)).map { n in
          TestEvent(
            "login", account: "acct-\(account)", user: "u\(n % 5)",
            time: monday.milliseconds + d * day + n * 2 * hour + Int64(account))
        }
      }
    }.sorted { ($0.time, $0.account) < ($1.time, $1.account) }
  }

  private func alerts(
    of events: [TestEvent], _ name: String, _ change: (inout Policy) -> Void = { _ in }
  ) throws -> [String] {
    let file = try folder.file("\(name).ndjson", lines: events.map(\.line))
    var replay = ReplayJob(
      inputs: [file], output: folder.path + "/" + name,
      settings: WindowSettings(outOfOrderness: .hours(1), allowedLateness: .hours(1)))
    change(&replay.policy)
    _ = try replay.run { _, _, _ in }
    return try folder.lines(name + "/alerts.ndjson")
  }

  private static func rules(_ alerts: [String]) -> Set<String> {
    Set(alerts.compactMap { $0.firstMatch(of: /"rule":"([^"]+)"/).map { String($0.1) } })
  }

  @Test("with a budget of 0 nothing is said that goes by chances, be the fall ever so deep")
  func noBudget() throws {
    let events = events(accounts: 10, stopping: 0..<1)
    let usual = Self.rules(try alerts(of: events, "usual"))
    #expect(usual.isSuperset(of: ["drop:events_7d", "silence"]), "\(usual)")
    let none = Self.rules(try alerts(of: events, "none") { $0.alerts.budget = 0 })
    #expect(none.isDisjoint(with: ["drop:events_7d", "silence"]), "\(none)")
  }

  @Test("when all stop at once one outage is said, and not one alert for each of them")
  func allAtOnce() throws {
    // One goes on, so that time does.
    let stopping = events(accounts: 120, stopping: 1..<120)
    let guarded = try alerts(of: stopping, "guarded")
    #expect(guarded.count { $0.contains(#""rule":"tracking_outage""#) } == 1)
    #expect(!Self.rules(guarded).contains("drop:events_7d"))
    // Without the guard each is told.
    let each = try alerts(of: stopping, "each") { $0.alerts.outage = nil }
    let firing = Set(
      each.filter { $0.contains(#""state":"firing""#) }.compactMap {
        $0.firstMatch(of: /"account":"([^"]+)"/).map { String($0.1) }
      })
    #expect(firing == Set((1..<120).map { "acct-\($0)" }))
  }

  @Test("a producer whose clock is half an hour behind, inside the bound, changes no alert")
  func skew() throws {
    let events = events(accounts: 8, stopping: 2..<3)
    // The last event of a day stays in its day. Sent as they happened: the late clock's among the others'.
    let skewed = events.map { event in
      var event = event
      if event.user == "u3" { event.time -= hour / 2 }
      return event
    }
    func said(_ lines: [String]) -> [String] {
      lines.filter { !$0.contains(#""account":"""#) }.map { line in
        [/"account":"[^"]*"/, /"rule":"[^"]*"/, /"state":"[^"]*"/, /"at":"[^"]*"/].map {
          line.firstMatch(of: $0).map { String($0.0) } ?? ""
        }.joined(separator: " ")
      }.sorted()
    }
    let right = said(try alerts(of: events, "right"))
    #expect(!right.isEmpty)
    #expect(said(try alerts(of: skewed, "skewed")) == right)
  }
}
