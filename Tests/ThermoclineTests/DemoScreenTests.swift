import Testing
import ThermoclineCore

@testable import Thermocline

@Suite("Demo screen")
struct DemoScreenTests {
  private var snapshot: DemoSnapshot {
    var snapshot = DemoSnapshot()
    snapshot.title = "thermocline demo"
    snapshot.progress = 0.43
    snapshot.eventTime = EventTime(year: 2025, month: 10, day: 23) + .hours(14)
    snapshot.eventsPerSecond = 48_210.4
    snapshot.lag = TimeSpan(milliseconds: 1_240)
    snapshot.read = 143_201
    snapshot.applied = 143_181
    snapshot.late = 12
    snapshot.refused = 8
    snapshot.bands = [("red", 12), ("yellow", 40), ("green", 148)]
    snapshot.rows = [
      row(
        "acct-000042", 31.4, "red", -2.3,
        "bot calls fell 61 % against the same weekdays of four weeks"),
      row("株式会社サーモクライン東京", 55, "yellow", -0.4, "fewer active days"),
      row("acct-\u{202E}evil\u{1B}[2J", 91.2, "green", 0.02, "steady"),
      row("acct-000100", nil, nil, nil, "not enough data"),
    ]
    var alert = HealthAlert(
      fingerprint: "", account: "acct-000042", rule: "drop:bot_calls_7d", state: .firing,
      at: EventTime(year: 2025, month: 10, day: 23))
    alert.severity = .critical
    alert.summary = "Bot calls fell 61 %; the customer's own traffic holds."
    var resolved = alert
    resolved.state = .resolved
    resolved.summary = ""
    snapshot.alerts = [alert, resolved]
    return snapshot
  }

  private func row(
    _ account: String, _ score: Double?, _ band: String?, _ trend: Double?, _ reason: String
  ) -> DemoSnapshot.Row {
    DemoSnapshot.Row(
      account: account, tier: "enterprise", score: score, band: band, trend: trend,
      history: [nil, 100, 87.5, 74, 50, 31, 12.4, 0], quadrant: score == nil ? nil : .redCarpet,
      reason: reason)
  }

  @Test func theScreenIsAsDrawnByHand() {
    let lines = DemoScreen.lines(snapshot, columns: 100, rows: 30).map {
      $0.rendered(colours: false)
    }
    let bar = String(repeating: "━", count: 21) + String(repeating: "─", count: 30)
    #expect(
      lines == [
        " thermocline demo  \(bar)   43 %  2025-10-23 14:00 UTC",
        " events/s 48,210   lag 1.2 s   read 143,201   applied 143,181   late 12   refused 8",
        " ● red 12   ● yellow 40   ● green 148   " + String(repeating: "▆", count: 59),
        "",
        " ACCOUNT           TIER       SCORE  BAND      TREND A DAY      QUADRANT    REASON",
        " acct-000042       enterprise  31.4  ● red      ██▆▅▃▁▁ ↓ -2.3  red carpet  bot calls fell 61 % aga…",
        " 株式会社サーモク… enterprise  55.0  ● yellow   ██▆▅▃▁▁ ↘ -0.4  red carpet  fewer active days",
        " acct-�evil�[2J    enterprise  91.2  ● green    ██▆▅▃▁▁  → 0.0  red carpet  steady",
        " acct-000100       enterprise     -  ● no data  ██▆▅▃▁▁         -           not enough data",
        "",
        " ALERTS " + String(repeating: "─", count: 91),
        " ● critical   10-23 00:00  acct-000042       Bot calls fell 61 %; the customer's own traffic holds.",
        " ○ resolved   10-23 00:00  acct-000042       drop:bot_calls_7d",
      ])
  }

  @Test func noWidthIsEverExceeded() {
    for columns in 0...130 {
      for rows in [0, 1, 4, 5, 7, 9, 30] {
        let lines = DemoScreen.lines(snapshot, columns: columns, rows: rows)
        #expect(lines.count <= rows)
        for line in lines {
          #expect(line.width <= columns)
          #expect(DisplayText(line.rendered(colours: false)).width <= columns)
        }
      }
    }
  }

  @Test func plainTextHasNoControlAndColourOnlyItsOwn() {
    for line in DemoScreen.lines(snapshot, columns: 100, rows: 30) {
      let plain = line.rendered(colours: false)
      #expect(!plain.unicodeScalars.contains { $0.value < 32 || $0.value == 0x202E })
      let colour = line.rendered(colours: true)
      #expect(colour.replacing(/\u{1B}\[[0-9;]+m/, with: "") == plain)
    }
  }

  @Test func theAccountColumnEndsAtTheSamePlaceForWideNames() throws {
    let lines = DemoScreen.lines(snapshot, columns: 100, rows: 30).map {
      $0.rendered(colours: false)
    }
    for line in lines[5...8] {
      let tier = try #require(line.firstRange(of: "enterprise"))
      #expect(DisplayText(line[..<tier.lowerBound]).width == 19)
    }
  }
}
