import Testing
import ThermoclineCore
import ThermoclineNotify

@testable import Thermocline

@Suite struct AlertDigestTests {
  private func alert(
    _ account: String, _ rule: String, _ severity: Severity, revenue: Double,
    isKnown: Bool = false
  ) -> HealthAlert {
    let at = EventTime(year: 2026, month: 1, day: 5)
    var alert = HealthAlert(
      fingerprint: account + rule, account: account, rule: rule, state: .firing, at: at)
    alert.severity = severity
    alert.revenue = revenue
    if isKnown {
      alert.control = AlertControl(
        .acknowledge, reason: "r", author: "x", from: at, expires: nil)
    }
    return alert
  }

  @Test("many alerts are a line for each rule and one for each account, the worst first")
  func groups() {
    let digest = AlertDigest([
      alert("a", "silence", .warning, revenue: 900), alert("a", "drop:x", .error, revenue: 900),
      alert("b", "drop:x", .error, revenue: 5_000, isKnown: true),
      alert("c", "drop:x", .critical, revenue: 10),
      alert("", "tracking_outage", .critical, revenue: 0),
    ])
    #expect(digest.accounts.map(\.name) == ["c", "", "b", "a"])
    #expect(digest.rules.map(\.name) == ["drop:x", "silence", "tracking_outage"])
    #expect(digest.rules[0].revenue == 5_910 && digest.rules[0].members == ["a", "b", "c"])
    #expect(digest.rules[0].severity == .critical && digest.rules[0].open == 2)
    #expect(digest.accounts[3].members == ["drop:x", "silence"])
    #expect(digest.accounts[3].severity == .error && digest.accounts[3].revenue == 900)
    let text = digest.text(accounts: 2)
    #expect(text.hasPrefix("5 alerts, 4 of them not acknowledged, on 3 accounts"))
    #expect(text.contains("all accounts") && text.hasSuffix("and 2 accounts more"))
    #expect(digest.json.contains(#""name":"b","severity":"error","alerts":1,"open":0,"#))
  }

  @Test("a hundred thousand accounts that fire at once are one page, in the same order every time")
  func many() {
    let alerts = (0..<100_000).map {
      alert("acct-\($0)", "drop:x", .warning, revenue: Double($0 % 7))
    }
    let digest = AlertDigest(alerts)
    #expect(digest.rules.count == 1 && digest.rules[0].alerts == 100_000)
    #expect(digest.text().split(separator: "\n").count < 30)
    #expect(digest.text() == AlertDigest(alerts.reversed()).text())
  }

  @Test("without alerts there is nothing to say")
  func none() { #expect(AlertDigest([]).text() == "no alert") }
}
