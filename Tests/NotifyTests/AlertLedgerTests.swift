import Testing
import ThermoclineCore

@testable import ThermoclineNotify

@Suite struct AlertLedgerTests {
  private func kinds(_ alerts: [HealthAlert], filter: AlertFilter = AlertFilter()) -> [String] {
    var ledger = AlertLedger(filter: filter)
    return alerts.map {
      switch ledger.take($0, partition: 0) {
      case .duplicate: "duplicate"
      case .pending: "pending"
      case .change(let kind, _, let isTold): kind.rawValue + (isTold ? "" : " untold")
      }
    }
  }

  @Test func theLifeOfAnAlert() {
    var known = alert(1, .firing, days: 2, severity: .critical)
    known.control = AlertControl(
      .acknowledge, reason: "r", author: "ana", from: day, expires: nil)
    var again = alert(1, .firing, days: 9)
    again.startsAt = again.at
    #expect(
      kinds([
        alert(1, .pending), alert(1), alert(1, days: 1, severity: .critical), known,
        alert(1, .recovering, days: 3, severity: .critical), alert(1, .resolved, days: 4), again,
      ]) == ["pending", "opened", "escalated", "acknowledged", "updated", "resolved", "opened"])
  }

  @Test("what came before, once more or late, changes nothing")
  func duplicates() {
    let story = [alert(1), alert(1, .recovering, days: 1), alert(1, .resolved, days: 2)]
    #expect(
      kinds(story + story) == ["opened", "updated", "resolved"]
        + Array(repeating: "duplicate", count: 3))
  }

  @Test func theEndOfAnAlertNobodyKnewIsTold() {
    #expect(kinds([alert(1, .resolved)]) == ["resolved"])
  }

  @Test("an alert that was told of is told of to its end")
  func filters() {
    let filter = AlertFilter(severityMin: .error, rules: ["drop:"])
    #expect(
      kinds(
        [
          alert(1, severity: .warning), alert(1, days: 1, severity: .critical),
          alert(1, .recovering, days: 2, severity: .info),
          alert(1, .resolved, days: 3, severity: .info), alert(2, severity: .info),
          alert(2, .resolved, days: 1, severity: .info), alert(3, rule: "silence"),
        ], filter: filter) == [
          "opened untold", "escalated", "updated", "resolved", "opened untold", "resolved untold",
          "opened untold",
        ])
  }

  @Test func whatStandsIsKnownByPartition() {
    var ledger = AlertLedger(keepsWords: true)
    _ = ledger.take(alert(1), partition: 0)
    _ = ledger.take(alert(2), partition: 1)
    _ = ledger.take(alert(3), partition: 1)
    _ = ledger.take(alert(3, .resolved, days: 1), partition: 1)
    #expect(ledger.open(of: [0, 1]) == [alert(1), alert(2)] && ledger.openCount == 2)
    #expect(ledger.open(of: [1]) == [alert(2)])
    ledger.forget(partition: 1)
    #expect(ledger.open(of: [0, 1]) == [alert(1)] && ledger.openCount == 1 && ledger.count == 1)
  }

  @Test("it holds no more than it may, and forgets first what is over")
  func bounds() {
    var ledger = AlertLedger(entriesMax: 100)
    for number in 0..<60 { _ = ledger.take(alert(number, .resolved), partition: 0) }
    for number in 60..<160 {
      _ = ledger.take(alert(number), partition: 0)
      #expect(ledger.count <= 100)
    }
    #expect(ledger.openCount == 100 && ledger.forgottenCount == 0)
    _ = ledger.take(alert(1_000), partition: 0)
    #expect(ledger.openCount == ledger.count && ledger.forgottenCount == 25)
  }
}
