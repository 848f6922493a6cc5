internal import GRDB
internal import ThermoclineCodec
internal import ThermoclineCore

/// An alert's newest state, as it came and read, and what was sent about it from here.
struct StoredAlert: Sendable {
  var alert: HealthAlert
  var message: String
  var sent: SentControl?

  /// Of accounts that are there, and outages, which are no account's: a message of one that was forgotten may be read
  /// after that, for topics are read side by side.
  private static let isKnown =
    "(alert.account = '' OR EXISTS(SELECT 1 FROM account WHERE id = alert.account))"

  /// A page of alerts, the most severe first, then those with most revenue at stake. `condition` is ours.
  static func fetch(
    _ db: Database, where condition: String, arguments: StatementArguments, limit: Int, offset: Int
  ) throws -> [StoredAlert] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT alert.message, control.* FROM alert LEFT JOIN control USING(fingerprint)
        WHERE \(condition) AND \(isKnown)
        ORDER BY alert.state = 'resolved', alert.severity, alert.revenue DESC, alert.at DESC
        LIMIT ? OFFSET ?
        """, arguments: arguments + [limit, offset])
    return rows.compactMap { row in
      let message: String = row["message"]
      guard let alert = try? HealthAlertDecoder.decode(Array(message.utf8)) else { return nil }
      let sent = (row["sent"] as Int64?).map { _ in SentControl(row) }
      return StoredAlert(alert: alert, message: message, sent: sent)
    }
  }

  /// How many there are.
  static func count(
    _ db: Database, where condition: String, arguments: StatementArguments
  ) throws -> Int {
    try Int.fetchOne(
      db, sql: "SELECT count(*) FROM alert WHERE \(condition) AND \(isKnown)",
      arguments: arguments) ?? 0
  }
}

extension HistoryStore {
  /// A page of alerts and how many there are in all. Without `state` those that are not over.
  func alerts(
    state: AlertState?, limit: Int, offset: Int
  ) async throws(HistoryFailure) -> (alerts: [StoredAlert], total: Int) {
    try await read { db in
      let condition = state == nil ? "alert.state <> 'resolved'" : "alert.state = ?"
      let arguments: StatementArguments = state.map { [$0.rawValue] } ?? []
      let total = try StoredAlert.count(db, where: condition, arguments: arguments)
      return (
        try StoredAlert.fetch(
          db, where: condition, arguments: arguments, limit: limit, offset: offset), total
      )
    }
  }

  /// Whether there is an alert of that fingerprint.
  func hasAlert(_ fingerprint: String) async throws(HistoryFailure) -> Bool {
    try await read { db in
      try StoredAlert.count(db, where: "alert.fingerprint = ?", arguments: [fingerprint]) > 0
    }
  }
}
